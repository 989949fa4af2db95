package io.millrace.transport.jdkhttp.guard;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What {@link TlsFiles} hold, read.
 *
 * @param chain the server's certificate first
 * @param key its key
 * @param clients knows the clients' authorities
 */
record TlsMaterial(
    List<X509Certificate> chain, PrivateKey key, Optional<X509ExtendedTrustManager> clients) {
  private interface Reader<T> {
    T read(Path file) throws IOException, GeneralSecurityException;
  }

  /**
   * Reads the files.
   *
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} naming the file that is of no
   *     use and why
   */
  static TlsMaterial read(TlsFiles files) {
    List<X509Certificate> chain = read("certificate", files.cert(), Pem::certificates);
    PrivateKey key = read("key", files.key(), Pem::privateKey);
    read("key", files.key(), file -> checkPair(chain.get(0), key, files.cert()));
    return new TlsMaterial(
        chain, key, files.ca().map(ca -> read("authorities", ca, TlsMaterial::trust)));
  }

  private static <T> T read(String what, Path file, Reader<T> reader) {
    try {
      return reader.read(file);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      String reason = e instanceof IOException ? e.toString() : e.getMessage();
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "cannot use the TLS " + what + " file " + file + ": " + reason,
          e);
    }
  }

  private static PrivateKey checkPair(X509Certificate certificate, PrivateKey key, Path cert)
      throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    boolean pair = certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm());
    if (pair) {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      pair = signature.verify(signed);
    }
    if (!pair) {
      throw new GeneralSecurityException("its key is not that of the first certificate in " + cert);
    }
    return key;
  }

  private static X509ExtendedTrustManager trust(Path file)
      throws IOException, GeneralSecurityException {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    for (X509Certificate each : Pem.certificates(file)) {
      authorities.setCertificateEntry("ca-" + authorities.size(), each);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(authorities);
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509ExtendedTrustManager its) {
        return its;
      }
    }
    throw new GeneralSecurityException("this JDK has no PKIX trust manager");
  }
}

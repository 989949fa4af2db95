package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whether and how connections are encrypted.
 *
 * @param mode what is demanded of the server
 * @param ca the certificates trusted, in PEM; empty: those of the JVM
 * @param cert the client's own certificate chain, in PEM
 * @param key its private key, in PEM, PKCS #8 or PKCS #1, not encrypted
 */
record TlsSettings(Mode mode, Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {
  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN (RSA |EC )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END (RSA |EC )?PRIVATE KEY-----");

  /** What is demanded of a server. */
  enum Mode {
    DISABLED,
    PREFERRED,
    REQUIRED,
    VERIFY_CA,
    VERIFY_IDENTITY;

    /** Returns the mode of a word such as {@code verify-ca}. */
    static Mode of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /**
   * Returns the context connections are encrypted with.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_URI_INVALID} if a file cannot be used
   */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trust(), null);
      return context;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new CdcException(
          StandardErrorCode.SOURCE_URI_INVALID,
          "the files of ssl-ca, ssl-cert and ssl-key cannot be used, give readable PEM files: " + e,
          e);
    }
  }

  private TrustManager[] trust() throws IOException, GeneralSecurityException {
    if (mode == Mode.PREFERRED || mode == Mode.REQUIRED) {
      return new TrustManager[] {new TrustAll()};
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (ca.isEmpty()) {
      factory.init((KeyStore) null);
    } else {
      KeyStore store = emptyStore();
      int number = 0;
      for (Certificate certificate : certificates(ca.get())) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
      factory.init(store);
    }
    return factory.getTrustManagers();
  }

  private KeyManager[] keys() throws IOException, GeneralSecurityException {
    if (cert.isEmpty() || key.isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = emptyStore();
    char[] none = new char[0];
    Certificate[] chain = certificates(cert.get()).toArray(new Certificate[0]);
    store.setKeyEntry("client", privateKey(key.get()), none, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = PRIVATE_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new GeneralSecurityException("no unencrypted PEM private key in " + file);
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
    String kind = pem.group(1);
    if (kind != null && kind.startsWith("RSA")) {
      der = wrapRsa(der);
    } else if (kind != null) {
      throw new GeneralSecurityException("an EC key must be in PKCS #8 form: " + file);
    }
    GeneralSecurityException last = new GeneralSecurityException("no key in " + file);
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  /** Puts a PKCS #1 key into the envelope of PKCS #8. */
  private static byte[] wrapRsa(byte[] key) {
    byte[] algorithm = {
      0x02,
      0x01,
      0x00,
      0x30,
      0x0d,
      0x06,
      0x09,
      0x2a,
      (byte) 0x86,
      0x48,
      (byte) 0x86,
      (byte) 0xf7,
      0x0d,
      0x01,
      0x01,
      0x01,
      0x05,
      0x00
    };
    byte[] octets = tagged(0x04, key);
    byte[] all = new byte[algorithm.length + octets.length];
    System.arraycopy(algorithm, 0, all, 0, algorithm.length);
    System.arraycopy(octets, 0, all, algorithm.length, octets.length);
    return tagged(0x30, all);
  }

  private static byte[] tagged(int tag, byte[] content) {
    int length = content.length;
    byte[] out = new byte[length + 4];
    out[0] = (byte) tag;
    out[1] = (byte) 0x82;
    out[2] = (byte) (length >> 8);
    out[3] = (byte) length;
    System.arraycopy(content, 0, out, 4, length);
    return out;
  }

  /** Encrypts without knowing to whom: what the modes preferred and required mean. */
  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

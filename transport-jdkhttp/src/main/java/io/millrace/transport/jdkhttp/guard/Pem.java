package io.millrace.transport.jdkhttp.guard;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of text that hold certificates and keys. <i>Source:</i> RFC 7468, RFC 1421. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /**
   * One block.
   *
   * @param label what it holds, such as CERTIFICATE
   * @param text base64, for old encrypted keys with headers before it
   */
  private record Block(String label, String text) {
    byte[] bytes() {
      return Base64.getMimeDecoder().decode(text);
    }
  }

  private Pem() {}

  private static List<Block> blocks(Path file) throws IOException {
    Matcher each = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    List<Block> blocks = new ArrayList<>();
    while (each.find()) {
      blocks.add(new Block(each.group(1), each.group(2)));
    }
    return blocks;
  }

  /** Returns the certificates of a file in their order, at least one. */
  static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block each : blocks(file)) {
      if (each.label.equals("CERTIFICATE") || each.label.equals("X509 CERTIFICATE")) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(each.bytes())));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("it holds no certificate in PEM");
    }
    return certificates;
  }

  /** Returns the first private key of a file. */
  static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    for (Block each : blocks(file)) {
      if (!each.label.endsWith("PRIVATE KEY")) {
        continue;
      }
      if (each.label.startsWith("ENCRYPTED") || each.text.contains("ENCRYPTED")) {
        throw new GeneralSecurityException(
            "its key is encrypted; decrypt it with: openssl pkcs8 -topk8 -nocrypt");
      }
      return switch (each.label) {
        case "PRIVATE KEY" -> PrivateKeys.pkcs8(each.bytes());
        case "RSA PRIVATE KEY" -> PrivateKeys.pkcs1(each.bytes());
        case "EC PRIVATE KEY" -> PrivateKeys.sec1(each.bytes());
        default ->
            throw new GeneralSecurityException("a key of this kind is unknown: " + each.label);
      };
    }
    throw new GeneralSecurityException("it holds no private key in PEM");
  }
}

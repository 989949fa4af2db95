package io.millrace.core.sink.kafka;

import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.connector.Params;
import java.util.Locale;
import java.util.Optional;

/**
 * How connections to brokers are encrypted, and who logs in.
 *
 * @param tls whether they are encrypted
 * @param ca the file of the certificates trusted, in PEM; empty: those of the JVM
 * @param cert the file of the client's own certificate chain, in PEM
 * @param key the file of its private key, in PEM, PKCS #8, not encrypted
 * @param trustsAnybody whether the brokers' certificates are not looked at
 * @param login who logs in
 */
record KafkaSecurity(
    boolean tls,
    Optional<String> ca,
    Optional<String> cert,
    Optional<String> key,
    boolean trustsAnybody,
    Optional<Login> login) {
  /** How somebody proves who he is. */
  enum Mechanism {
    PLAIN("PLAIN"),
    SCRAM_SHA_256("SCRAM-SHA-256"),
    SCRAM_SHA_512("SCRAM-SHA-512");

    private final String text;

    Mechanism(String text) {
      this.text = text;
    }

    /** Returns its registered name. */
    String text() {
      return text;
    }
  }

  /** A user with a password. */
  record Login(Mechanism mechanism, String user, String password) {
    @Override
    public String toString() {
      return mechanism.text() + " " + user;
    }
  }

  static KafkaSecurity of(Params params, boolean encryptedScheme) {
    Optional<String> ca = params.text("ca");
    Optional<String> cert = params.text("cert");
    Optional<String> key = params.text("key");
    boolean files = ca.isPresent() || cert.isPresent() || key.isPresent();
    boolean tls = params.flag("enable-tls", files || encryptedScheme);
    if (files && !tls) {
      throw params.bad("enable-tls", "false", "true where ca, cert or key is given");
    }
    if (cert.isPresent() != key.isPresent()) {
      throw params.bad("cert", cert.orElse(""), "given together with key");
    }
    boolean trustsAnybody = params.flag("insecure-skip-verify", false);
    if (trustsAnybody && (!tls || files)) {
      throw params.bad(
          "insecure-skip-verify", "true", "false without TLS, and where ca, cert or key is given");
    }
    return new KafkaSecurity(tls, ca, cert, key, trustsAnybody, login(params));
  }

  /** Checks that all files lie where they may, without looking for them. */
  void check(CertificateFiles files) {
    ca.ifPresent(file -> files.path("ca", file, StandardErrorCode.KAFKA_INVALID_CONFIG));
    cert.ifPresent(file -> files.path("cert", file, StandardErrorCode.KAFKA_INVALID_CONFIG));
    key.ifPresent(file -> files.path("key", file, StandardErrorCode.KAFKA_INVALID_CONFIG));
  }

  private static Optional<Login> login(Params params) {
    Optional<String> user = params.text("sasl-user");
    if (user.isEmpty()) {
      // one that would not be used must not be taken for protection
      if (params.text("sasl-mechanism").isPresent()) {
        throw params.bad("sasl-user", "", "given, as " + mechanism(params).text() + " needs it");
      }
      return Optional.empty();
    }
    String password = params.text("sasl-password").orElse("");
    return Optional.of(new Login(mechanism(params), user.get(), password));
  }

  private static Mechanism mechanism(Params params) {
    String name = params.text("sasl-mechanism").orElse("");
    for (Mechanism each : Mechanism.values()) {
      if (each.text().equals(name.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    throw params.bad("sasl-mechanism", name, "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512");
  }
}

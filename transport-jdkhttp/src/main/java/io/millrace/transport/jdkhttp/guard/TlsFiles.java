package io.millrace.transport.jdkhttp.guard;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The files by which a server proves who it is and knows its clients, all in PEM.
 *
 * @param cert the server's certificate, then those between it and its authority
 * @param key its private key: PKCS#8, PKCS#1 or SEC1, RSA or EC, not encrypted
 * @param ca the authorities of the clients' certificates; where given, every client needs one
 * @param allowedNames common names or subject alternative names, one of which a client's
 *     certificate must have; empty: any name will do
 */
public record TlsFiles(Path cert, Path key, Optional<Path> ca, Set<String> allowedNames) {
  /** Copies the set. */
  public TlsFiles {
    allowedNames = Set.copyOf(allowedNames);
    if (ca.isEmpty() && !allowedNames.isEmpty()) {
      throw new IllegalArgumentException(
          "names of clients can only be checked with the authorities of their certificates (ca)");
    }
  }
}

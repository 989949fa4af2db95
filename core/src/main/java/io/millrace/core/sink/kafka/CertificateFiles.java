package io.millrace.core.sink.kafka;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of certificates that sink URIs may name.
 *
 * @param directory the only directory in which they may lie; empty: there are none
 */
record CertificateFiles(Optional<Path> directory) {
  /** Checks that all files lie where they may, without looking for them. */
  void check(KafkaSecurity security) {
    security.ca().ifPresent(file -> path("ca", file));
    security.cert().ifPresent(file -> path("cert", file));
    security.key().ifPresent(file -> path("key", file));
  }

  /**
   * Returns what a file holds.
   *
   * @param name the parameter that names it
   */
  String read(String name, String file) {
    try {
      return Files.readString(path(name, file));
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_CONFIG,
          "invalid " + name + " '" + file + "', the file cannot be read",
          e);
    }
  }

  private Path path(String name, String file) {
    if (directory.isEmpty()) {
      throw KafkaOptions.invalid(
          "invalid "
              + name
              + ", no certificate directory is configured in which the file could lie");
    }
    Path inside = directory.get().toAbsolutePath().normalize();
    try {
      Path path = inside.resolve(file).normalize();
      if (path.startsWith(inside)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_CONFIG, "invalid " + name + ", it is no path", e);
    }
    throw KafkaOptions.invalid(
        "invalid " + name + " '" + file + "', it must be a path inside the certificate directory");
  }
}

package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of certificates that sink URIs may name. Whoever creates a changefeed need not be one
 * who may read this machine's files.
 *
 * @param directory the only directory in which they may lie; empty: there are none
 */
public record CertificateFiles(Optional<Path> directory) {
  /**
   * Returns where a file lies, without looking for it.
   *
   * @param name the parameter that names it
   * @param wrong the code of the error if it may not lie there
   */
  public Path path(String name, String file, ErrorCode wrong) {
    if (directory.isEmpty()) {
      throw new CdcException(
          wrong,
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
      throw new CdcException(wrong, "invalid " + name + ", it is no path", e);
    }
    throw new CdcException(
        wrong,
        "invalid " + name + " '" + file + "', it must be a path inside the certificate directory");
  }

  /** Returns what a file holds; parameters as {@link #path}. */
  public String read(String name, String file, ErrorCode wrong) {
    try {
      return Files.readString(path(name, file, wrong));
    } catch (IOException e) {
      throw new CdcException(
          wrong, "invalid " + name + " '" + file + "', the file cannot be read", e);
    }
  }
}

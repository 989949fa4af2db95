package io.millrace.transport.jdkhttp.server;

import io.millrace.transport.jdkhttp.guard.Credentials;
import io.millrace.transport.jdkhttp.guard.FileStamp;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The credentials of an auth file, read anew when it has changed. While the new file is of no use,
 * the former credentials stay. References in it are resolved when it is read.
 *
 * <p><i>Threads:</i> any.
 */
final class AuthStore implements Supplier<Credentials> {
  private static final System.Logger LOG = System.getLogger(AuthStore.class.getName());

  private final Path file;
  private final Secrets secrets;
  private String stamp;
  private Credentials credentials;

  /** Reads the file; throws as {@link AuthFile#read}. */
  AuthStore(Path file, Secrets secrets) {
    this.file = file;
    this.secrets = secrets;
    stamp = FileStamp.of(file);
    credentials = AuthFile.read(file, secrets);
  }

  /** Returns what the file says now. */
  @Override
  public synchronized Credentials get() {
    String now = FileStamp.of(file);
    if (!now.equals(stamp)) {
      stamp = now;
      try {
        credentials = AuthFile.read(file, secrets);
        LOG.log(System.Logger.Level.INFO, "the auth file has changed and was read anew");
      } catch (IllegalArgumentException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the auth file has changed, the former one stays in use: " + e.getMessage());
      }
    }
    return credentials;
  }
}

package io.millrace.core.store.embedded;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.store.StoreCore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Opens {@code dir:/path}: a durable store in a directory that one process holds at a time. Opening
 * ends every lease of the process before. <i>Threads:</i> any.
 */
public final class EmbeddedStoreProvider implements StoreProvider {
  private static final Logger LOG = System.getLogger(EmbeddedStoreProvider.class.getName());

  private final Ticker ticker;

  /** Creates a provider whose stores measure leases by a ticker. */
  public EmbeddedStoreProvider(Ticker ticker) {
    this.ticker = ticker;
  }

  @Override
  public MetaStore open(ConnectorUri uri) {
    return open(directory(uri));
  }

  /**
   * Opens the store in a directory, which is created if need be.
   *
   * @throws CdcException {@link StandardErrorCode#STORE_LOCKED} if a process has it open, {@link
   *     StandardErrorCode#STORE_FAILED} if it cannot be read or written, or is damaged
   */
  public MetaStore open(Path directory) {
    try {
      DirectoryDisk.createDirectory(directory);
      Path real = directory.toRealPath();
      DirectoryLock lock = DirectoryLock.take(real);
      boolean kept = false;
      try {
        MetaStore store = open(new DirectoryDisk(real), ticker, () -> release(lock));
        kept = true;
        return store;
      } finally {
        if (!kept) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw failed(directory.toString(), e);
    }
  }

  /** Opens the store on a disk; closing it closes the file, then runs {@code onClose}. */
  static MetaStore open(Disk disk, Ticker ticker, Runnable onClose) throws IOException {
    StoreFile file = StoreFile.open(disk);
    boolean kept = false;
    try {
      String name = "the store in " + disk.path(StoreFile.NAME);
      StoreCore core = StoreCore.open(name, ticker, file, file.recovered(), StoreCore.HISTORY);
      kept = true;
      return core.handle(
          () -> {
            file.close();
            onClose.run();
          });
    } finally {
      if (!kept) {
        file.close();
      }
    }
  }

  private static Path directory(ConnectorUri uri) {
    if (!uri.hosts().isEmpty() || uri.path().isEmpty() || !uri.params().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.STORE_URI_INVALID,
          "store uri '" + uri + "' is invalid, a store in a directory is written dir:/path");
    }
    try {
      return Path.of(uri.path());
    } catch (InvalidPathException e) {
      throw new CdcException(
          StandardErrorCode.STORE_URI_INVALID,
          "store uri '" + uri + "' names no directory: " + e.getMessage(),
          e);
    }
  }

  private static void release(DirectoryLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "store lock not released cleanly", e);
    }
  }

  private static CdcException failed(String directory, IOException e) {
    // these say no more than the path
    String reason =
        e instanceof FileSystemException
            ? e + ", it must be a directory that this process may write"
            : e.getMessage();
    return new CdcException(
        StandardErrorCode.STORE_FAILED, "cannot open the store in " + directory + ": " + reason, e);
  }
}

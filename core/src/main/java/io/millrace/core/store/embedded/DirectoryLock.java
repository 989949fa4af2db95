package io.millrace.core.store.embedded;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claim of one store on its directory, against other processes and within this one. It ends
 * with the process at the latest. <i>Threads:</i> any.
 */
final class DirectoryLock implements AutoCloseable {
  static final String NAME = "store.lock";

  /**
   * The directories held by this process. Needed because the system drops a process's lock when the
   * process closes <i>any</i> descriptor of the file: a second try must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final RandomAccessFile file;

  private DirectoryLock(Path directory, RandomAccessFile file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Returns the claim.
   *
   * @param directory an existing directory, without symbolic links
   * @throws CdcException {@link StandardErrorCode#STORE_LOCKED} if it is taken
   */
  static DirectoryLock take(Path directory) throws IOException {
    if (!HELD.add(directory)) {
      throw taken(directory, Long.toString(ProcessHandle.current().pid()));
    }
    boolean kept = false;
    try {
      DirectoryLock lock = new DirectoryLock(directory, lockedFile(directory));
      kept = true;
      return lock;
    } finally {
      if (!kept) {
        HELD.remove(directory);
      }
    }
  }

  private static RandomAccessFile lockedFile(Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    DirectoryDisk.createFile(path);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    boolean kept = false;
    try {
      if (file.getChannel().tryLock() == null) {
        throw taken(directory, Files.readString(path).strip());
      }
      file.setLength(0);
      file.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
      kept = true;
      return file;
    } catch (OverlappingFileLockException e) {
      throw taken(directory, Long.toString(ProcessHandle.current().pid()));
    } finally {
      if (!kept) {
        file.close();
      }
    }
  }

  private static CdcException taken(Path directory, String pid) {
    return new CdcException(
        StandardErrorCode.STORE_LOCKED,
        "the store in "
            + directory
            + " is in use by process "
            + (pid.isEmpty() ? "unknown" : pid)
            + ": stop that process or use another directory");
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      HELD.remove(directory);
    }
  }
}

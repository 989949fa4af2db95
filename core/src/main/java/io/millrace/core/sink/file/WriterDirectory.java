package io.millrace.core.sink.file;

import io.millrace.api.CaptureId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A directory of one writer's own, for all it has not published yet.
 *
 * <p>Names in the sink's directory: {@code .new,..} while it is made, {@code .writer,<incarnation>,
 * <capture>,..} while it is in use, {@code .gone,..} while it is deleted. A comma is never part of
 * an encoded name. A lock file in it is held as long as the process lives, so that what a killed
 * process left behind is recognised.
 */
final class WriterDirectory {
  private static final System.Logger LOG = System.getLogger(WriterDirectory.class.getName());
  private static final String NEW = ".new,";
  private static final String WRITER = ".writer,";
  private static final String GONE = ".gone,";
  private static final String LOCK = "lock";

  /**
   * Tells this process from others. Its own lock files must not be opened again: closing any
   * channel of a file gives up all locks the process has on it.
   */
  private static final String PROCESS = UUID.randomUUID().toString();

  private final Path path;
  private final FileChannel lock;
  private long files;

  private WriterDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes a directory, and removes those of processes that are dead. */
  static WriterDirectory create(Path root, String incarnation, CaptureId capture)
      throws IOException {
    removeDead(root);
    String id = PROCESS + "," + UUID.randomUUID();
    Path made = Files.createDirectory(root.resolve(NEW + id));
    FileChannel lock =
        FileChannel.open(
            made.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    boolean kept = false;
    try {
      if (lock.tryLock() == null) {
        throw new IOException("cannot lock " + made);
      }
      Path path = root.resolve(prefix(incarnation, capture) + id);
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      kept = true;
      return new WriterDirectory(path, lock);
    } finally {
      if (!kept) {
        lock.close();
      }
    }
  }

  private static String prefix(String incarnation, CaptureId capture) {
    return WRITER + PathSegment.of(incarnation) + "," + PathSegment.of(capture.value()) + ",";
  }

  /** Returns a name for a file that does not exist yet. */
  Path newFile() {
    return path.resolve(files++ + ".tmp");
  }

  /** Gives a file this content, in place of what it had; durable on return. */
  void put(byte[] content, Path name) throws IOException {
    Path temporary = newFile();
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(temporary, name, StandardCopyOption.ATOMIC_MOVE);
    Path parent = name.getParent();
    if (parent != null) {
      FileLayout.sync(parent);
    }
  }

  /** Moves the directory away, so that nothing in it can be published any more; deletes it. */
  void remove() throws IOException {
    try {
      removeNow(path);
    } finally {
      lock.close();
    }
  }

  /** Removes the directories of all writers of a capture that is gone, alive or not. */
  static void fence(Path root, String incarnation, CaptureId gone) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
      for (Path each : all) {
        if (each.getFileName().toString().startsWith(prefix(incarnation, gone))) {
          LOG.log(System.Logger.Level.INFO, "file sink fenced directory={0}", each);
          removeNow(each);
        }
      }
    } catch (NoSuchFileException e) {
      LOG.log(System.Logger.Level.DEBUG, "file sink has nothing to fence directory={0}", root);
    }
  }

  private static void removeDead(Path root) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root, ".*,*")) {
      for (Path each : all) {
        String name = each.getFileName().toString();
        if (name.startsWith(GONE)) {
          delete(each);
        } else if ((name.startsWith(WRITER) || name.startsWith(NEW))
            && !name.contains("," + PROCESS + ",")
            && isDead(each)) {
          LOG.log(System.Logger.Level.INFO, "file sink removes leftovers directory={0}", each);
          removeNow(each);
        }
      }
    }
  }

  private static boolean isDead(Path directory) throws IOException {
    try (FileChannel channel =
        FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
      try (FileLock held = channel.tryLock()) {
        return held != null;
      }
    } catch (NoSuchFileException e) {
      // It is just being made or removed.
      return false;
    }
  }

  private static void removeNow(Path directory) throws IOException {
    Path gone = directory.resolveSibling(GONE + UUID.randomUUID());
    try {
      Files.move(directory, gone, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // Somebody else has fenced it.
      return;
    }
    delete(gone);
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path each : files) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(directory);
  }
}

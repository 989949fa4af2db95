package io.millrace.core.store.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A real directory; its files are for their owner only. */
final class DirectoryDisk implements Disk {
  private static final String FILE_MODE = "rw-------";
  private static final String DIRECTORY_MODE = "rwx------";

  private final Path directory;

  /** Uses an existing directory. */
  DirectoryDisk(Path directory) {
    this.directory = directory;
  }

  /**
   * Creates a directory for its owner only, with all its parents, unless it exists. It is durable
   * then: a store in a directory that a power cut takes away would be lost whole.
   */
  static void createDirectory(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      return;
    }
    Path parent = absolute.getParent();
    if (parent != null) {
      createDirectory(parent);
    }
    try {
      Files.createDirectory(absolute, mode(absolute, DIRECTORY_MODE));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw e;
      }
    }
    if (parent != null) {
      new DirectoryDisk(parent).sync();
    }
  }

  /** Creates a file for its owner only, or makes it so if it exists. */
  static void createFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, mode(file, FILE_MODE));
    } else if (isPosix(file)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(FILE_MODE));
    }
  }

  private static FileAttribute<?>[] mode(Path path, String mode) {
    if (!isPosix(path)) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
    };
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(directory.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
    return open(name, 0);
  }

  @Override
  public DiskFile open(String name, long length) throws IOException {
    Path path = directory.resolve(name);
    createFile(path);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      if (file.length() > length) {
        file.setLength(length);
      }
      file.seek(length);
      return new OpenFile(file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        directory.resolve(from),
        directory.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  /** Syncs the directory; an interrupt closes a channel, so it is put off until this is done. */
  @Override
  public void sync() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String path(String name) {
    return directory.resolve(name).toString();
  }

  /** Not a FileChannel: an interrupt of the writing thread would close that, and so the store. */
  private record OpenFile(RandomAccessFile file) implements DiskFile {
    @Override
    public void append(byte[] bytes) throws IOException {
      file.write(bytes);
    }

    @Override
    public void sync() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}

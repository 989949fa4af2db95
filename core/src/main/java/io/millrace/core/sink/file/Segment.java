package io.millrace.core.sink.file;

import io.millrace.core.text.ByteBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A data file that is not published yet: what is on disk under a temporary name, and the rest. */
final class Segment {
  private static final int KEPT_BYTES = 1 << 17;
  private static final int PIECE = 1 << 20;
  private static final int MOST_OPEN_FILES = 256;

  private final Path directory;
  private final Path temporary;
  private final ByteBuilder buffer;
  private final Set<FileChannel> channels;
  private @Nullable FileChannel channel;
  private long written;

  /**
   * Creates an empty one; the temporary file is made when there is too much to buffer.
   *
   * @param directory where it is to be published
   * @param temporary the name it has until then
   * @param buffer for what is not written yet; empty, and of nobody else's
   * @param channels where open files are noted for whoever closes the sink
   */
  Segment(Path directory, Path temporary, ByteBuilder buffer, Set<FileChannel> channels) {
    this.directory = directory;
    this.temporary = temporary;
    this.buffer = buffer;
    this.channels = channels;
  }

  Path directory() {
    return directory;
  }

  ByteBuilder buffer() {
    return buffer;
  }

  long size() {
    return written + buffer.size();
  }

  /** Writes what is buffered to the file. */
  void spill() throws IOException {
    if (buffer.size() > 0) {
      writeBuffered(opened());
      if (channels.size() > MOST_OPEN_FILES) {
        release();
      }
    }
  }

  private FileChannel opened() throws IOException {
    FileChannel file = channel;
    if (file == null) {
      file =
          written == 0
              ? FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
              : FileChannel.open(temporary, StandardOpenOption.WRITE);
      channel = file;
      channels.add(file);
      file.position(written);
    }
    return file;
  }

  private void writeBuffered(FileChannel file) throws IOException {
    int size = buffer.size();
    for (int at = 0; at < size; at += PIECE) {
      ByteBuffer piece = ByteBuffer.wrap(buffer.array(), at, Math.min(PIECE, size - at));
      while (piece.hasRemaining()) {
        file.write(piece);
      }
    }
    written += size;
    buffer.clear(KEPT_BYTES);
  }

  /** Writes the rest, and makes the file's contents durable. Nothing can be added any more. */
  void finish() throws IOException {
    FileChannel file = opened();
    writeBuffered(file);
    file.force(true);
    release();
  }

  private void release() throws IOException {
    if (channel != null) {
      channels.remove(channel);
      channel.close();
      channel = null;
    }
  }

  /** Gives the finished file its name; fails if there is a file of that name. */
  void publish(Path name) throws IOException {
    Files.createLink(name, temporary);
    Files.deleteIfExists(temporary);
  }

  /** Drops file and contents. */
  void discard() throws IOException {
    buffer.clear(KEPT_BYTES);
    release();
    Files.deleteIfExists(temporary);
  }
}

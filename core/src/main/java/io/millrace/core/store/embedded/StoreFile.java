package io.millrace.core.store.embedded;

import io.millrace.core.store.Contents;
import io.millrace.core.store.Image;
import io.millrace.core.store.Journal;
import io.millrace.core.store.JournalCommit;
import io.millrace.core.store.embedded.Frames.CommitsPayload;
import io.millrace.core.store.embedded.Frames.ImagePayload;
import io.millrace.core.store.embedded.Frames.Payload;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * The store's one file: an image, then a frame for each sync since. When it has grown to {@value
 * #GROWTH} times what it holds, a new file with a new image takes its place by a rename; nothing is
 * appended to that before the rename itself is durable.
 *
 * <p><i>Threads:</i> one at a time.
 */
final class StoreFile implements Journal {
  static final String NAME = "store.log";
  static final String NEXT = "store.tmp";
  static final int GROWTH = 6;

  private static final Logger LOG = System.getLogger(StoreFile.class.getName());

  /** What an entry costs in an image beside its key and value. */
  private static final int ENTRY_BYTES = 25;

  /** A small store is not rewritten all the time. */
  private static final int SMALL = 16 << 10;

  private final Disk disk;
  private final Image recovered;
  private DiskFile file;
  private long length;

  private StoreFile(Disk disk, Image recovered, DiskFile file, long length) {
    this.disk = disk;
    this.recovered = recovered;
    this.file = file;
    this.length = length;
  }

  /**
   * Returns the file with its content read; creates it if there is none.
   *
   * @throws IOException if it cannot be read or written, or is damaged, naming file and offset
   */
  static StoreFile open(Disk disk) throws IOException {
    disk.delete(NEXT);
    Optional<byte[]> found = disk.read(NAME);
    if (found.isEmpty()) {
      byte[] image = Frames.image(Image.EMPTY);
      return new StoreFile(disk, Image.EMPTY, replace(disk, image), image.length);
    }
    byte[] bytes = found.get();
    int first = Frames.frameAt(bytes, 0);
    if (first == 0 || !(payload(disk, bytes, 0, first) instanceof ImagePayload image)) {
      throw damaged(disk, 0);
    }
    Contents contents = new Contents(image.revision(), image.entries());
    int end = replay(disk, bytes, first, contents);
    DiskFile file = disk.open(NAME, end);
    // a killed process may have left whole frames that only the system's cache holds
    file.sync();
    disk.sync();
    return new StoreFile(disk, contents, file, end);
  }

  /** Applies the frames from a place on; returns where the last intact one ends. */
  private static int replay(Disk disk, byte[] bytes, int from, Contents contents)
      throws IOException {
    int at = from;
    while (at < bytes.length) {
      int frame = Frames.frameAt(bytes, at);
      if (frame == 0) {
        refuseMore(disk, bytes, at);
        LOG.log(
            Level.INFO,
            "store tail dropped file={0} offset={1} bytes={2}",
            disk.path(NAME),
            Integer.toString(at),
            Integer.toString(bytes.length - at));
        return at;
      }
      if (!(payload(disk, bytes, at, frame) instanceof CommitsPayload commits)) {
        throw damaged(disk, at);
      }
      try {
        commits.commits().forEach(contents::apply);
      } catch (IllegalArgumentException e) {
        throw new IOException(damage(disk, at), e);
      }
      at += frame;
    }
    return at;
  }

  /**
   * Refuses a file in which an intact frame follows a broken one. Only the last sync can have been
   * cut off, and a sync writes one frame; so this is no torn tail.
   */
  private static void refuseMore(Disk disk, byte[] bytes, int broken) throws IOException {
    for (int at = broken + 1; at <= bytes.length - Frames.HEADER; at++) {
      if (Frames.frameAt(bytes, at) > 0) {
        throw damaged(disk, broken);
      }
    }
  }

  private static Payload payload(Disk disk, byte[] bytes, int at, int frame) throws IOException {
    try {
      return Frames.payload(bytes, at, frame);
    } catch (IOException e) {
      throw new IOException(damage(disk, at), e);
    }
  }

  private static IOException damaged(Disk disk, int at) {
    return new IOException(damage(disk, at));
  }

  private static String damage(Disk disk, int at) {
    return "the store file "
        + disk.path(NAME)
        + " is damaged at offset "
        + at
        + ": put back a copy of it, or move it away to begin with an empty store";
  }

  private static DiskFile replace(Disk disk, byte[] image) throws IOException {
    DiskFile next = disk.create(NEXT);
    boolean kept = false;
    try {
      next.append(image);
      next.sync();
      disk.rename(NEXT, NAME);
      disk.sync();
      kept = true;
      return next;
    } finally {
      if (!kept) {
        next.close();
      }
    }
  }

  /** Returns what the file held when it was opened. */
  Image recovered() {
    return recovered;
  }

  @Override
  public void append(List<JournalCommit> commits, Image after) throws IOException {
    byte[] frame = Frames.commits(commits);
    long live = after.bytes() + (long) ENTRY_BYTES * after.entries().size();
    if (length + frame.length > GROWTH * live + SMALL) {
      byte[] image = Frames.image(after);
      DiskFile next = replace(disk, image);
      file.close();
      file = next;
      length = image.length;
    } else {
      file.append(frame);
      file.sync();
      length += frame.length;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "store close failed file=" + disk.path(NAME), e);
    }
  }
}

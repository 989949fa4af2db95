package io.millrace.core.store.embedded;

import io.millrace.api.store.Entry;
import io.millrace.core.store.Image;
import io.millrace.core.store.JournalCommit;
import io.millrace.core.store.JournalCommit.Change;
import io.millrace.core.store.JournalCommit.Delete;
import io.millrace.core.store.JournalCommit.Put;
import io.millrace.core.store.StoredEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The format of the store file: frames of {@code magic(4) length(4) crc(4) payload(length)}, big
 * endian, where the CRC32C covers length and payload. The first frame is an image, every other the
 * commits of one sync. The magic's first byte never stands in UTF-8 text, its last is the version.
 */
final class Frames {
  static final int HEADER = 12;

  private static final int MAGIC = 0xF74D4C01;
  private static final byte IMAGE = 'I';
  private static final byte COMMITS = 'C';

  private Frames() {}

  /** What a frame holds. */
  sealed interface Payload {}

  /** The first frame. */
  record ImagePayload(long revision, List<StoredEntry> entries) implements Payload {}

  /** Any other frame. */
  record CommitsPayload(List<JournalCommit> commits) implements Payload {}

  static byte[] image(Image image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = begin(bytes, IMAGE);
    out.writeLong(image.revision());
    Collection<StoredEntry> entries = image.entries();
    out.writeInt(entries.size());
    for (StoredEntry stored : entries) {
      Entry entry = stored.entry();
      text(out, entry.key());
      text(out, entry.value());
      out.writeLong(entry.createRevision());
      out.writeLong(entry.modRevision());
      out.writeBoolean(stored.leased());
    }
    return end(bytes);
  }

  static byte[] commits(List<JournalCommit> commits) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = begin(bytes, COMMITS);
    out.writeInt(commits.size());
    for (JournalCommit commit : commits) {
      out.writeLong(commit.revision());
      out.writeInt(commit.changes().size());
      for (Change change : commit.changes()) {
        text(out, change.key());
        if (change instanceof Put put) {
          out.writeByte(put.leased() ? 2 : 1);
          text(out, put.value());
        } else {
          out.writeByte(0);
        }
      }
    }
    return end(bytes);
  }

  private static DataOutputStream begin(ByteArrayOutputStream bytes, byte kind) throws IOException {
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[HEADER]);
    out.writeByte(kind);
    return out;
  }

  private static byte[] end(ByteArrayOutputStream bytes) {
    byte[] frame = bytes.toByteArray();
    ByteBuffer header = ByteBuffer.wrap(frame);
    int length = frame.length - HEADER;
    header.putInt(0, MAGIC).putInt(4, length).putInt(8, crc(frame, 0, length));
    return frame;
  }

  /** Returns the length of the whole frame at a place, or 0 if no intact one begins there. */
  static int frameAt(byte[] file, int at) {
    if (file.length - at < HEADER) {
      return 0;
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    int length = header.getInt(at + 4);
    boolean intact =
        header.getInt(at) == MAGIC
            && length > 0
            && length <= file.length - at - HEADER
            && header.getInt(at + 8) == crc(file, at, length);
    return intact ? HEADER + length : 0;
  }

  /**
   * Returns what the intact frame at a place holds.
   *
   * @throws IOException if its payload makes no sense
   */
  static Payload payload(byte[] file, int at, int frame) throws IOException {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(file, at + HEADER, frame - HEADER));
    byte kind = in.readByte();
    Payload payload =
        switch (kind) {
          case IMAGE -> readImage(in);
          case COMMITS -> readCommits(in);
          default -> throw new IOException("unknown kind of frame " + kind);
        };
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes too many in a frame");
    }
    return payload;
  }

  private static ImagePayload readImage(DataInputStream in) throws IOException {
    long revision = in.readLong();
    int count = in.readInt();
    List<StoredEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Entry entry = new Entry(text(in), text(in), in.readLong(), in.readLong());
      entries.add(new StoredEntry(entry, in.readBoolean()));
    }
    return new ImagePayload(revision, List.copyOf(entries));
  }

  private static CommitsPayload readCommits(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<JournalCommit> commits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long revision = in.readLong();
      int changes = in.readInt();
      List<Change> list = new ArrayList<>();
      for (int j = 0; j < changes; j++) {
        String key = text(in);
        byte kind = in.readByte();
        list.add(kind == 0 ? new Delete(key) : new Put(key, text(in), kind == 2));
      }
      commits.add(new JournalCommit(revision, list));
    }
    return new CommitsPayload(List.copyOf(commits));
  }

  private static int crc(byte[] file, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(file, at + 4, 4);
    crc.update(file, at + HEADER, length);
    return (int) crc.getValue();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a text of " + length + " bytes does not fit its frame");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}

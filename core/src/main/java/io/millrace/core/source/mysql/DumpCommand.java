package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The commands that make a server send its log. With GTIDs the place of the log is given all the
 * same: the server then starts right there, and skips what the set has.
 *
 * <p><i>Source:</i> MySQL {@code COM_BINLOG_DUMP}, {@code COM_BINLOG_DUMP_GTID}, {@code
 * COM_REGISTER_SLAVE}.
 */
final class DumpCommand implements Command {
  private static final long serialVersionUID = 1L;
  private static final int SEND_ANNOTATE_ROWS = 2;

  private final byte[] bytes;

  private DumpCommand(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the command that starts at a place of a file; server id 0: end at the log's end. */
  static DumpCommand from(long serverId, String file, long offset) {
    byte[] name = file.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[11 + name.length];
    ByteBuffer out = littleEndian(bytes);
    out.put((byte) 0x12).putInt((int) offset).putShort((short) SEND_ANNOTATE_ROWS);
    out.putInt((int) serverId).put(name);
    return new DumpCommand(bytes);
  }

  /** Returns the command that starts at a place of a file and skips transactions of a set. */
  static DumpCommand from(long serverId, String file, long offset, byte[] gtids) {
    byte[] name = file.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[23 + name.length + gtids.length];
    ByteBuffer out = littleEndian(bytes);
    out.put((byte) 0x1e).putShort((short) 0).putInt((int) serverId);
    out.putInt(name.length).put(name).putLong(offset);
    out.putInt(gtids.length).put(gtids);
    return new DumpCommand(bytes);
  }

  /** Returns the command that makes the reader show among the server's replicas. */
  static DumpCommand register(long serverId, String hostName) {
    byte[] host = hostName.getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = new byte[18 + host.length];
    ByteBuffer out = littleEndian(bytes);
    out.put((byte) 0x15).putInt((int) serverId);
    out.put((byte) host.length).put(host).put((byte) 0).put((byte) 0);
    out.putShort((short) 0).putInt(0).putInt(0);
    return new DumpCommand(bytes);
  }

  /** Returns the command for a place, with GTIDs where the place has a set that can be sent. */
  static DumpCommand at(long serverId, LogPlace place, boolean gtidMode) {
    long offset = Math.max(4, place.offset());
    Optional<byte[]> set = gtidMode ? place.gtids().encoded() : Optional.empty();
    return set.isPresent()
        ? from(serverId, place.fileName(), offset, set.get())
        : from(serverId, place.fileName(), offset > 0xffff_ffffL ? 4 : offset);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public byte[] toByteArray() throws IOException {
    return bytes.clone();
  }
}

package io.millrace.core.codec.canal;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.ddl.DdlWords;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.Latin1Text;
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import io.millrace.core.text.PlainText;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Canal: a packet of many entries, one per row, in Protocol Buffers. */
final class CanalEncoder implements EventEncoder {
  private static final int KEPT_BYTES = 4 << 20;

  /** A packet's bytes around its entries, and what a queue adds to it, at most. */
  private static final int FIXED = 10 + Messages.OVERHEAD;

  private static final int INSERT = 1;
  private static final int UPDATE = 2;
  private static final int DELETE = 3;

  /** The beginning of a header: its version, and the name of the charset. */
  private static final byte[] HEADER =
      bytes(
          out -> {
            Protobuf.writeNumber(1, 1, out);
            Protobuf.writeText(5, "UTF-8", out);
          });

  /** The property that tells how many rows an entry holds. */
  private static final byte[] ROWS_COUNT =
      bytes(
          out -> {
            int property = Protobuf.begin(12, out);
            Protobuf.writeText(1, "rowsCount", out);
            Protobuf.writeText(2, "1", out);
            Protobuf.end(property, out);
          });

  private final long maxBytes;
  private final boolean onlyKeyInDeletes;
  private final PerTable<Table> tables = new PerTable<>(Table::new);
  private final Messages messages = new Messages();

  /** The entries of the packet that takes rows. */
  private final ByteBuilder entries = new ByteBuilder(1 << 16);

  private int rows;
  private final PlainText values;
  private final Latin1Text binary = new Latin1Text(entries);

  CanalEncoder(long maxBytes, boolean onlyKeyInDeletes, ZoneId zone) {
    this.maxBytes = maxBytes;
    this.onlyKeyInDeletes = onlyKeyInDeletes;
    values = new PlainText(zone);
  }

  /** What a table's rows have in common. */
  private static final class Table {
    final CanalColumns all;
    final Optional<CanalColumns> handleKey;

    /** Schema and table. */
    final byte[] names;

    Table(TableSchema table) {
      all = new CanalColumns(Columns.all(table));
      handleKey = table.handleKey().map(key -> new CanalColumns(Columns.of(table, key)));
      names = bytes(out -> writeNames(table.name(), out));
    }
  }

  private static byte[] bytes(Consumer<ByteBuilder> writer) {
    ByteBuilder out = new ByteBuilder(64);
    writer.accept(out);
    return Arrays.copyOf(out.array(), out.size());
  }

  private static void writeNames(TableName name, ByteBuilder out) {
    Protobuf.writeTextIfAny(8, name.schema(), out);
    Protobuf.writeTextIfAny(9, name.table(), out);
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    int start = entries.size();
    boolean whole = false;
    try {
      writeEntry(tables.of(row.table()), row, commitTs);
      join(start, row.table().name());
      whole = true;
    } finally {
      if (!whole) {
        entries.truncate(start);
      }
    }
  }

  private void writeEntry(Table table, RowChange row, Tso commitTs) {
    int type =
        switch (row.kind()) {
          case INSERT -> INSERT;
          case UPDATE -> UPDATE;
          case DELETE -> DELETE;
        };
    int entry = Protobuf.begin(2, entries);
    int header = Protobuf.begin(1, entries);
    writeHeader(commitTs, entries);
    entries.write(table.names);
    Protobuf.writeNumber(11, type, entries);
    entries.write(ROWS_COUNT);
    Protobuf.end(header, entries);
    Protobuf.writeNumber(2, 2, entries);
    int change = Protobuf.begin(3, entries);
    Protobuf.writeNumber(2, type, entries);
    Protobuf.writeNumber(10, 0, entries);
    int data = Protobuf.begin(12, entries);
    writeImages(table, row);
    Protobuf.end(data, entries);
    Protobuf.end(change, entries);
    Protobuf.end(entry, entries);
  }

  private static void writeHeader(Tso commitTs, ByteBuilder out) {
    out.write(HEADER);
    Protobuf.writeNumber(6, commitTs.millis(), out);
    Protobuf.writeNumber(7, 2, out);
  }

  private void writeImages(Table table, RowChange row) {
    switch (row.kind()) {
      case INSERT -> table.all.write(2, row.after(), true, values, binary, entries);
      case UPDATE -> {
        table.all.write(1, row.before(), true, values, binary, entries);
        table.all.write(2, row.after(), true, values, binary, entries);
      }
      case DELETE -> {
        CanalColumns columns = table.all;
        if (onlyKeyInDeletes) {
          columns =
              table.handleKey.isPresent()
                  ? table.handleKey.get()
                  : new CanalColumns(
                      Columns.ofHandleKey(row.table(), CanalJsonOptions.ONLY_KEY_IN_DELETES));
        }
        columns.write(1, row.before(), false, values, binary, entries);
      }
    }
  }

  /** Counts the entry that begins at {@code start}, as one of the packet or as the next's first. */
  private void join(int start, TableName table) {
    int length = entries.size() - start;
    long size = (long) length + FIXED;
    if (size > maxBytes) {
      throw Messages.tooLarge(table, size, maxBytes);
    }
    if (rows > 0 && (long) entries.size() + FIXED > maxBytes) {
      endMessage(start);
      System.arraycopy(entries.array(), start, entries.array(), 0, length);
      entries.truncate(length);
      rows = 0;
    }
    rows++;
  }

  private void endMessage(int end) {
    ByteBuilder out = messages.bytes();
    int begin = out.size();
    writePacket(entries, end, out);
    messages.add(0, -1, begin, out.size() - begin, rows);
  }

  private static void writePacket(ByteBuilder entries, int end, ByteBuilder out) {
    Protobuf.writeNumber(2, 1, out);
    Protobuf.writeNumber(3, 7, out);
    int body = Protobuf.begin(5, out);
    out.write(entries.array(), 0, end);
    Protobuf.end(body, out);
  }

  @Override
  public void drain(MessageSink sink) {
    if (rows > 0) {
      endMessage(entries.size());
      rows = 0;
    }
    entries.clear(KEPT_BYTES);
    messages.drain(sink);
  }

  @Override
  public void encode(SchemaChange change, MessageSink sink) {
    if (change.type() == DdlType.ADOPT_TABLE) {
      return;
    }
    TableName name = DdlWords.table(change);
    int type = eventType(change.type());
    ByteBuilder out = new ByteBuilder(change.query().length() + 128);
    int entry = Protobuf.begin(2, out);
    int header = Protobuf.begin(1, out);
    writeHeader(change.commitTs(), out);
    writeNames(name, out);
    Protobuf.writeNumber(11, type, out);
    Protobuf.end(header, out);
    Protobuf.writeNumber(2, 2, out);
    int row = Protobuf.begin(3, out);
    Protobuf.writeNumber(2, type, out);
    Protobuf.writeNumber(10, 1, out);
    Protobuf.writeTextIfAny(11, change.query(), out);
    Protobuf.writeTextIfAny(14, name.schema(), out);
    Protobuf.end(row, out);
    Protobuf.end(entry, out);
    ByteBuilder packet = new ByteBuilder(out.size() + 16);
    writePacket(out, out.size(), packet);
    sink.accept(packet.array(), 0, -1, 0, packet.size(), 0);
  }

  private static int eventType(DdlType type) {
    return switch (DdlWords.of(type)) {
      case "CREATE" -> 4;
      case "ALTER" -> 5;
      case "ERASE" -> 6;
      case "TRUNCATE" -> 8;
      case "RENAME" -> 9;
      case "CINDEX" -> 10;
      case "DINDEX" -> 11;
      default -> 7;
    };
  }

  /** Has no effect: the protocol has no watermarks. */
  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {}
}

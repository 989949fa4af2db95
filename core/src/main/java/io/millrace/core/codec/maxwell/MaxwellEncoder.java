package io.millrace.core.codec.maxwell;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.JsonValues;
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Optional;

/** Maxwell: the JSON objects of many rows in one message, with nothing between. */
final class MaxwellEncoder implements EventEncoder {
  static final String ONLY_KEY_IN_DELETES = "delete-only-output-handle-key-columns";

  private static final byte[] KEY = {0, 0, 0, 0, 0, 0, 0, 1};
  private static final byte[] INSERT = ascii("insert\",\"ts\":");
  private static final byte[] UPDATE = ascii("update\",\"ts\":");
  private static final byte[] DELETE = ascii("delete\",\"ts\":");
  private static final byte[] DATA = ascii(",\"data\":");
  private static final byte[] OLD = ascii(",\"old\":");

  private final long maxBytes;
  private final PerTable<Table> tables;
  private final Messages messages = new Messages();
  private final ByteBuilder out = messages.bytes();
  private final JsonValues values;

  /** Where the values of the new image begin and end, by position. */
  private int[] bounds = new int[64];

  /** Where the message that takes rows begins, and how many it has. */
  private int start;

  private int rows;

  MaxwellEncoder(long maxBytes, boolean onlyKeyInDeletes, ZoneId zone) {
    this.maxBytes = maxBytes;
    tables = new PerTable<>(table -> new Table(table, onlyKeyInDeletes));
    values = new JsonValues(out, zone);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** What a table's rows have in common. */
  private static final class Table {
    final byte[] head;
    final Columns all;
    final Optional<Columns> ofDeletes;

    Table(TableSchema table, boolean onlyKeyInDeletes) {
      String text =
          "{\"database\":"
              + JsonText.string(table.name().schema())
              + ",\"table\":"
              + JsonText.string(table.name().table())
              + ",\"type\":\"";
      head = text.getBytes(StandardCharsets.UTF_8);
      all = Columns.all(table).sorted();
      ofDeletes =
          onlyKeyInDeletes
              ? table.handleKey().map(key -> Columns.of(table, key).sorted())
              : Optional.of(all);
    }
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    int from = out.size();
    boolean whole = false;
    try {
      write(tables.of(row.table()), row, commitTs);
      join(from, row.table().name());
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(from);
      }
    }
  }

  private void write(Table table, RowChange row, Tso commitTs) {
    out.write(table.head);
    switch (row.kind()) {
      case INSERT -> {
        writeTime(INSERT, commitTs);
        out.write(DATA);
        values.writeObject(table.all, row.after());
      }
      case UPDATE -> {
        writeTime(UPDATE, commitTs);
        out.write(DATA);
        writeNew(table.all, row.after());
        writeOld(table.all, row.before());
      }
      case DELETE -> {
        writeTime(DELETE, commitTs);
        out.write(OLD);
        Columns columns =
            table.ofDeletes.isPresent()
                ? table.ofDeletes.get()
                : Columns.ofHandleKey(row.table(), ONLY_KEY_IN_DELETES);
        values.writeObject(columns, row.before());
      }
    }
    out.write('}');
  }

  private void writeTime(byte[] type, Tso commitTs) {
    out.write(type);
    out.writeLong(commitTs.millis() / 1000);
  }

  private void writeNew(Columns columns, Row image) {
    if (bounds.length < 2 * columns.size()) {
      bounds = new int[2 * columns.size()];
    }
    out.write('{');
    for (int i = 0; i < columns.size(); i++) {
      columns.writeLabel(i, i == 0, out);
      bounds[2 * i] = out.size();
      values.write(columns, i, image);
      bounds[2 * i + 1] = out.size();
    }
    out.write('}');
  }

  /** Writes what the update changed, compared as it is written. */
  private void writeOld(Columns columns, Row image) {
    int begin = out.size();
    out.write(OLD);
    out.write('{');
    int first = out.size();
    for (int i = 0; i < columns.size(); i++) {
      int mark = out.size();
      columns.writeLabel(i, mark == first, out);
      int value = out.size();
      values.write(columns, i, image);
      if (out.sameAs(out, bounds[2 * i], bounds[2 * i + 1], value, out.size())) {
        out.truncate(mark);
      }
    }
    if (out.size() == first) {
      out.truncate(begin);
    } else {
      out.write('}');
    }
  }

  /** Counts the row that begins at {@code from}, as one of the message or as the next's first. */
  private void join(int from, TableName table) {
    long fixed = (long) KEY.length + Messages.OVERHEAD;
    if (fixed + out.size() - from > maxBytes) {
      throw Messages.tooLarge(table, fixed + out.size() - from, maxBytes);
    }
    if (rows > 0 && fixed + out.size() - start > maxBytes) {
      int length = out.size() - from;
      // The key of the former message goes between: the row moves behind it.
      out.write(KEY);
      System.arraycopy(out.array(), from, out.array(), from + KEY.length, length);
      System.arraycopy(KEY, 0, out.array(), from, KEY.length);
      messages.add(from, KEY.length, start, from - start, rows);
      start = from + KEY.length;
      rows = 0;
    }
    rows++;
  }

  @Override
  public void drain(MessageSink sink) {
    if (rows > 0) {
      int end = out.size();
      out.write(KEY);
      messages.add(end, KEY.length, start, end - start, rows);
    }
    messages.drain(sink);
    start = 0;
    rows = 0;
  }

  @Override
  public void encode(SchemaChange change, MessageSink sink) {
    if (change.type() == DdlType.ADOPT_TABLE) {
      return;
    }
    byte[] key = MaxwellDdl.key(change).getBytes(StandardCharsets.UTF_8);
    byte[] value = MaxwellDdl.value(change).getBytes(StandardCharsets.UTF_8);
    byte[] both = new byte[key.length + value.length];
    System.arraycopy(key, 0, both, 0, key.length);
    System.arraycopy(value, 0, both, key.length, value.length);
    sink.accept(both, 0, key.length, key.length, value.length, 0);
  }

  /** Has no effect: the protocol has no watermarks. */
  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {}
}

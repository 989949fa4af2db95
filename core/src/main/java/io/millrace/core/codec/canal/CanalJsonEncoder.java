package io.millrace.core.codec.canal;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
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
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.IdentityHashMap;

/** Canal-JSON: one message per row, without key. */
final class CanalJsonEncoder implements EventEncoder {
  private static final int KEPT_BYTES = 4 << 20;
  private static final int MOST_TABLES = 4_096;
  private static final byte[] INSERT = ascii("INSERT\",\"es\":");
  private static final byte[] UPDATE = ascii("UPDATE\",\"es\":");
  private static final byte[] DELETE = ascii("DELETE\",\"es\":");
  private static final byte[] TS = ascii(",\"ts\":");
  private static final byte[] NULL = ascii("null");
  private static final byte[] NO_OLD = ascii("null,\"data\":[{");
  private static final byte[] OLD = ascii("[{");
  private static final byte[] DATA = ascii("}],\"data\":[{");
  private static final byte[] DATA_END = ascii("}]");
  private static final byte[] NO_ROW =
      ascii(",\"sqlType\":null,\"mysqlType\":null,\"data\":null,\"old\":null");

  private final CanalJsonOptions options;
  private final InstantSource clock;
  private final IdentityHashMap<TableSchema, CanalTable> tables = new IdentityHashMap<>();
  private final ByteBuilder out = new ByteBuilder(1 << 16);
  private final ValueWriter values;

  /** The new image of an update, while the old one is compared with it. */
  private final ByteBuilder newImage = new ByteBuilder(1 << 10);

  private final ValueWriter newValues;
  private int[] newEnds = new int[32];
  private int[] messageEnds = new int[64];
  private int messages;

  CanalJsonEncoder(CanalJsonOptions options, ZoneId zone, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    values = new ValueWriter(out, zone);
    newValues = new ValueWriter(newImage, zone);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    int start = out.size();
    boolean whole = false;
    try {
      writeRow(row, commitTs);
      endMessage(start, row.table().name());
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(start);
      }
    }
  }

  private void writeRow(RowChange row, Tso commitTs) {
    CanalTable table = tableOf(row.table());
    out.write(table.head());
    switch (row.kind()) {
      case INSERT -> {
        writeTimes(INSERT, commitTs);
        writeImage(table.all(), row.after(), row.table());
      }
      case UPDATE -> {
        writeTimes(UPDATE, commitTs);
        writeUpdate(table.all(), row);
      }
      case DELETE -> {
        writeTimes(DELETE, commitTs);
        writeImage(deleteColumns(table, row.table()), row.before(), row.table());
      }
    }
    out.write(DATA_END);
    writeExtension("commitTs", commitTs);
    out.write('}');
  }

  private ColumnSet deleteColumns(CanalTable table, TableSchema schema) {
    if (!options.onlyKeyInDeletes()) {
      return table.all();
    }
    return table
        .handleKey()
        .orElseThrow(
            () ->
                new CdcException(
                    StandardErrorCode.ENCODE_FAILED,
                    "table "
                        + schema.name()
                        + " has no handle key, which delete-only-output-handle-key-columns needs;"
                        + " give the table a primary key or switch the option off"));
  }

  private CanalTable tableOf(TableSchema schema) {
    CanalTable table = tables.get(schema);
    if (table == null) {
      if (tables.size() >= MOST_TABLES) {
        tables.clear();
      }
      table = new CanalTable(schema, options.fullTypes());
      tables.put(schema, table);
    }
    return table;
  }

  private void writeTimes(byte[] type, Tso commitTs) {
    out.write(type);
    out.writeLong(commitTs.millis());
    out.write(TS);
    out.writeLong(clock.millis());
  }

  private void writeImage(ColumnSet columns, Row image, TableSchema table) {
    columns.writeTypes(image, out);
    out.write(NO_OLD);
    writeColumns(columns, image, table);
  }

  private void writeColumns(ColumnSet columns, Row image, TableSchema table) {
    for (int i = 0; i < columns.size(); i++) {
      out.write(columns.name(i));
      values.write(columns, i, image, table);
    }
  }

  private void writeUpdate(ColumnSet columns, RowChange row) {
    columns.writeTypes(row.after(), out);
    out.write(OLD);
    if (!options.onlyUpdated()) {
      writeColumns(columns, row.before(), row.table());
      out.write(DATA);
      writeColumns(columns, row.after(), row.table());
      return;
    }
    writeNewImage(columns, row);
    int first = out.size();
    for (int i = 0; i < columns.size(); i++) {
      int mark = out.size();
      byte[] name = columns.name(i);
      int comma = i > 0 && mark == first ? 1 : 0;
      out.write(name, comma, name.length - comma);
      int value = out.size();
      values.write(columns, i, row.before(), row.table());
      int begin = valueBegin(columns, i);
      if (out.sameAs(newImage, begin, newEnds[i], value, out.size())) {
        out.truncate(mark);
      }
    }
    out.write(DATA);
    out.write(newImage.array(), 0, newImage.size());
  }

  private int valueBegin(ColumnSet columns, int position) {
    return (position == 0 ? 0 : newEnds[position - 1]) + columns.name(position).length;
  }

  private void writeNewImage(ColumnSet columns, RowChange row) {
    newImage.clear(KEPT_BYTES);
    if (newEnds.length < columns.size()) {
      newEnds = new int[columns.size()];
    }
    for (int i = 0; i < columns.size(); i++) {
      newImage.write(columns.name(i));
      newValues.write(columns, i, row.after(), row.table());
      newEnds[i] = newImage.size();
    }
  }

  private void writeExtension(String member, Tso ts) {
    if (!options.extension()) {
      return;
    }
    out.write(",\"_tidb\":{");
    if (!ts.isZero()) {
      JsonText.writeString(member, out);
      out.write(':');
      out.writeUnsigned(ts.value());
    }
    out.write('}');
  }

  private void endMessage(int start, TableName table) {
    long size = (long) out.size() - start + CanalJsonOptions.OVERHEAD;
    if (size > options.maxBytes()) {
      throw new CdcException(
          StandardErrorCode.MESSAGE_TOO_LARGE,
          "a message of table "
              + table
              + " takes "
              + size
              + " bytes, more than max-message-bytes "
              + options.maxBytes()
              + "; raise it, or leave the table out by a filter rule");
    }
    if (messages == messageEnds.length) {
      messageEnds = Arrays.copyOf(messageEnds, messages * 2);
    }
    messageEnds[messages++] = out.size();
  }

  @Override
  public void drain(MessageSink sink) {
    int start = 0;
    for (int i = 0; i < messages; i++) {
      sink.accept(out.array(), 0, -1, start, messageEnds[i] - start, 1);
      start = messageEnds[i];
    }
    messages = 0;
    out.clear(KEPT_BYTES);
  }

  @Override
  public void encode(SchemaChange change, MessageSink sink) {
    if (change.type() == DdlType.ADOPT_TABLE) {
      return;
    }
    TableName name =
        change.tables().isEmpty()
            ? new TableName(change.schema(), "")
            : change.tables().get(0).name();
    int start = out.size();
    writeOther(name, true, DdlWords.of(change.type()), change.commitTs(), change.query());
    writeExtension("commitTs", change.commitTs());
    handOver(start, sink);
  }

  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {
    if (!options.extension()) {
      return;
    }
    int start = out.size();
    writeOther(new TableName("", ""), false, "TIDB_WATERMARK", ts, "");
    writeExtension("watermarkTs", ts);
    handOver(start, sink);
  }

  private void writeOther(TableName name, boolean ddl, String type, Tso ts, String sql) {
    out.write("{\"id\":0,\"database\":");
    JsonText.writeString(name.schema(), out);
    out.write(",\"table\":");
    JsonText.writeString(name.table(), out);
    out.write(",\"pkNames\":");
    out.write(NULL);
    out.write(ddl ? ",\"isDdl\":true,\"type\":\"" : ",\"isDdl\":false,\"type\":\"");
    out.write(type);
    out.write("\",\"es\":");
    out.writeLong(ts.millis());
    out.write(TS);
    out.writeLong(clock.millis());
    out.write(",\"sql\":");
    JsonText.writeString(sql, out);
    out.write(NO_ROW);
  }

  private void handOver(int start, MessageSink sink) {
    out.write('}');
    sink.accept(out.array(), 0, -1, start, out.size() - start, 0);
    out.truncate(start);
  }
}

package io.millrace.core.codec.canal;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.core.ddl.DdlWords;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;

/** Canal-JSON: one message per row, without key. */
final class CanalJsonEncoder implements EventEncoder {
  private static final int KEPT_BYTES = 4 << 20;
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
  private final PerTable<CanalTable> tables;
  private final Messages messages = new Messages();
  private final ByteBuilder out = messages.bytes();
  private final ValueWriter values;

  /** The new image of an update, while the old one is compared with it. */
  private final ByteBuilder newImage = new ByteBuilder(1 << 10);

  private final ValueWriter newValues;

  /** Where its values begin and end, by position. */
  private int[] newBounds = new int[64];

  CanalJsonEncoder(CanalJsonOptions options, ZoneId zone, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    tables = new PerTable<>(table -> new CanalTable(table, options.fullTypes()));
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
      CanalTable table = tables.of(row.table());
      boolean onlyKey = options.onlyKeyInDeletes() && row.kind() == RowChange.Kind.DELETE;
      ColumnSet columns =
          onlyKey ? table.handleKey(CanalJsonOptions.ONLY_KEY_IN_DELETES) : table.all();
      writeRow(table, columns, row, commitTs, "");
      compress(start);
      if (size(start) > options.maxBytes() && options.large().keyOnly()) {
        String instead = messages.instead(options.large(), start, "onlyHandleKey");
        out.truncate(start);
        ColumnSet key = table.handleKey("large-message-handle-option");
        writeRow(table, key, row, commitTs, instead);
        compress(start);
      }
      if (size(start) > options.maxBytes()) {
        throw Messages.tooLarge(row.table().name(), size(start), options.maxBytes());
      }
      messages.add(start);
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(start);
      }
    }
  }

  private void compress(int start) {
    Messages.compress(options.large().compression(), out, start);
  }

  private long size(int start) {
    return (long) out.size() - start + Messages.OVERHEAD;
  }

  private void writeRow(
      CanalTable table, ColumnSet columns, RowChange row, Tso commitTs, String extraMembers) {
    out.write(table.head());
    switch (row.kind()) {
      case INSERT -> {
        writeTimes(INSERT, commitTs);
        writeImage(columns, row.after());
      }
      case UPDATE -> {
        writeTimes(UPDATE, commitTs);
        writeUpdate(columns, row);
      }
      case DELETE -> {
        writeTimes(DELETE, commitTs);
        writeImage(columns, row.before());
      }
    }
    out.write(DATA_END);
    writeExtension("commitTs", commitTs, extraMembers);
    out.write('}');
  }

  private void writeTimes(byte[] type, Tso commitTs) {
    out.write(type);
    out.writeLong(commitTs.millis());
    out.write(TS);
    out.writeLong(clock.millis());
  }

  private void writeImage(ColumnSet columns, Row image) {
    columns.writeTypes(image, out);
    out.write(NO_OLD);
    writeColumns(columns.columns(), image);
  }

  private void writeColumns(Columns columns, Row image) {
    for (int i = 0; i < columns.size(); i++) {
      columns.writeLabel(i, i == 0, out);
      values.write(columns, i, image);
    }
  }

  private void writeUpdate(ColumnSet set, RowChange row) {
    Columns columns = set.columns();
    set.writeTypes(row.after(), out);
    out.write(OLD);
    if (!options.onlyUpdated()) {
      writeColumns(columns, row.before());
      out.write(DATA);
      writeColumns(columns, row.after());
      return;
    }
    writeNewImage(columns, row.after());
    int first = out.size();
    for (int i = 0; i < columns.size(); i++) {
      int mark = out.size();
      columns.writeLabel(i, mark == first, out);
      int value = out.size();
      values.write(columns, i, row.before());
      if (out.sameAs(newImage, newBounds[2 * i], newBounds[2 * i + 1], value, out.size())) {
        out.truncate(mark);
      }
    }
    out.write(DATA);
    out.write(newImage.array(), 0, newImage.size());
  }

  private void writeNewImage(Columns columns, Row image) {
    newImage.clear(KEPT_BYTES);
    if (newBounds.length < 2 * columns.size()) {
      newBounds = new int[2 * columns.size()];
    }
    for (int i = 0; i < columns.size(); i++) {
      columns.writeLabel(i, i == 0, newImage);
      newBounds[2 * i] = newImage.size();
      newValues.write(columns, i, image);
      newBounds[2 * i + 1] = newImage.size();
    }
  }

  private void writeExtension(String member, Tso ts, String extraMembers) {
    if (!options.extension()) {
      return;
    }
    out.write(",\"_tidb\":{");
    if (!ts.isZero()) {
      JsonText.writeString(member, out);
      out.write(':');
      out.writeUnsigned(ts.value());
      if (!extraMembers.isEmpty()) {
        out.write(extraMembers);
      }
    }
    out.write('}');
  }

  @Override
  public void drain(MessageSink sink) {
    messages.drain(sink);
  }

  @Override
  public void encode(SchemaChange change, MessageSink sink) {
    if (change.type() == DdlType.ADOPT_TABLE) {
      return;
    }
    int start = out.size();
    writeOther(
        DdlWords.table(change),
        true,
        DdlWords.of(change.type()),
        change.commitTs(),
        change.query());
    writeExtension("commitTs", change.commitTs(), "");
    handOver(start, sink);
  }

  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {
    if (!options.extension()) {
      return;
    }
    int start = out.size();
    writeOther(new TableName("", ""), false, "TIDB_WATERMARK", ts, "");
    writeExtension("watermarkTs", ts, "");
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
    compress(start);
    messages.handOver(start, sink);
  }
}

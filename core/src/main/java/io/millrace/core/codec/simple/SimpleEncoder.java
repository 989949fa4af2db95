package io.millrace.core.codec.simple;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.ddl.DdlWords;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.JsonValues;
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import io.millrace.core.text.ValueKind;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Simple: one message per row, without key; before a table's rows its definition. */
final class SimpleEncoder implements EventEncoder {
  private static final byte[] INSERT = ascii("INSERT\",\"commitTs\":");
  private static final byte[] UPDATE = ascii("UPDATE\",\"commitTs\":");
  private static final byte[] DELETE = ascii("DELETE\",\"commitTs\":");
  private static final byte[] BUILD_TS = ascii(",\"buildTs\":");
  private static final byte[] SCHEMA_VERSION = ascii(",\"schemaVersion\":");
  private static final byte[] DATA = ascii(",\"data\":{");
  private static final byte[] OLD = ascii(",\"old\":{");

  private final SimpleOptions options;
  private final InstantSource clock;
  private final PerTable<SimpleTable> tables = new PerTable<>(SimpleTable::new);
  private final Messages messages = new Messages();
  private final ByteBuilder out = messages.bytes();
  private final JsonValues values;

  /** What stands in front of the text of a TIMESTAMP. */
  private final byte[] location;

  SimpleEncoder(SimpleOptions options, ZoneId zone, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    values = new JsonValues(out, zone);
    String name = zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    location =
        ("{\"location\":" + JsonText.string(name) + ",\"value\":").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    SimpleTable table = tables.of(row.table());
    if (table.mustTell(options, commitTs, clock.millis())) {
      writeBootstrap(row.table(), table.version());
    }
    int start = out.size();
    boolean whole = false;
    try {
      write(table, table.all(), row, commitTs, "");
      compress(start);
      if (size(start) > options.maxBytes() && options.large().keyOnly()) {
        String instead = messages.instead(options.large(), start, "handleKeyOnly");
        out.truncate(start);
        write(table, table.handleKey(), row, commitTs, instead);
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

  private void writeBootstrap(TableSchema table, Tso version) {
    int start = out.size();
    out.write(
        "{\"version\":1,\"type\":\"BOOTSTRAP\",\"commitTs\":0,\"buildTs\":"
            + clock.millis()
            + ",\"tableSchema\":"
            + SimpleTable.definition(table, version)
            + "}");
    compress(start);
    messages.add(0, -1, start, out.size() - start, 0);
  }

  private void write(
      SimpleTable table, Columns columns, RowChange row, Tso commitTs, String extraMembers) {
    out.write(table.head());
    switch (row.kind()) {
      case INSERT -> {
        writeTimes(INSERT, commitTs, table.version(), extraMembers);
        writeImage(DATA, columns, row.after());
      }
      case UPDATE -> {
        writeTimes(UPDATE, commitTs, table.version(), extraMembers);
        writeImage(DATA, columns, row.after());
        writeImage(OLD, columns, row.before());
      }
      case DELETE -> {
        writeTimes(DELETE, commitTs, table.version(), extraMembers);
        writeImage(OLD, columns, row.before());
      }
    }
    out.write('}');
  }

  private void writeTimes(byte[] type, Tso commitTs, Tso version, String extraMembers) {
    out.write(type);
    out.writeUnsigned(commitTs.value());
    out.write(BUILD_TS);
    out.writeLong(clock.millis());
    out.write(SCHEMA_VERSION);
    out.writeUnsigned(version.value());
    if (!extraMembers.isEmpty()) {
      out.write(extraMembers);
    }
  }

  private void writeImage(byte[] name, Columns columns, Row image) {
    out.write(name);
    for (int i = 0; i < columns.size(); i++) {
      columns.writeLabel(i, i == 0, out);
      boolean located = columns.kind(i) == ValueKind.TIMESTAMP && columns.hasValue(i, image);
      if (located) {
        out.write(location);
      }
      values.writeAsString(columns, i, image);
      if (located) {
        out.write('}');
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
    TableName name = DdlWords.table(change);
    String definition =
        change.tables().isEmpty()
            ? ""
            : change
                .tables()
                .get(0)
                .schema()
                .map(t -> ",\"tableSchema\":" + SimpleTable.definition(t, change.commitTs()))
                .orElse("");
    int start = out.size();
    out.write(
        "{\"version\":1,\"database\":"
            + JsonText.string(name.schema())
            + (name.table().isEmpty() ? "" : ",\"table\":" + JsonText.string(name.table()))
            + ",\"type\":\""
            + word(change.type())
            + "\",\"sql\":"
            + JsonText.string(change.query())
            + ",\"commitTs\":"
            + change.commitTs()
            + ",\"buildTs\":"
            + clock.millis()
            + definition
            + "}");
    compress(start);
    messages.handOver(start, sink);
  }

  private static String word(DdlType type) {
    return type == DdlType.ADD_COLUMNS || type == DdlType.DROP_COLUMNS
        ? "QUERY"
        : DdlWords.of(type);
  }

  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {
    int start = out.size();
    out.write(
        "{\"version\":1,\"type\":\"WATERMARK\",\"commitTs\":"
            + ts
            + ",\"buildTs\":"
            + clock.millis()
            + "}");
    compress(start);
    messages.handOver(start, sink);
  }
}

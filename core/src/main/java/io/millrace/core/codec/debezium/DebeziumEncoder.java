package io.millrace.core.codec.debezium;

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
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import io.millrace.core.text.PlainNames;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

/** Debezium: one message per row, whose key is the row's. */
final class DebeziumEncoder implements EventEncoder {
  private static final byte[] PAYLOAD = ascii("{\"payload\":");
  private static final byte[] SNAPSHOT = ascii(",\"snapshot\":\"false\",\"db\":");
  private static final byte[] COMMIT_TS =
      ascii(
          ",\"server_id\":0,\"gtid\":null,\"file\":\"\",\"pos\":0,\"row\":0,\"thread\":0,"
              + "\"query\":null,\"commit_ts\":");
  private static final byte[] CLUSTER = ascii(",\"cluster_id\":");
  private static final byte[] TS_MS = ascii("},\"ts_ms\":");
  private static final byte[] INSERT =
      ascii(",\"transaction\":null,\"op\":\"c\",\"before\":null,\"after\":");
  private static final byte[] UPDATE = ascii(",\"transaction\":null,\"op\":\"u\"");
  private static final byte[] BEFORE = ascii(",\"before\":");
  private static final byte[] AFTER = ascii(",\"after\":");
  private static final byte[] DELETE =
      ascii(",\"transaction\":null,\"op\":\"d\",\"after\":null,\"before\":");
  private static final byte[] WATERMARK = ascii(",\"transaction\":null,\"op\":\"m\"}");

  private final DebeziumOptions options;
  private final InstantSource clock;
  private final PerTable<Table> tables = new PerTable<>(this::table);
  private final Messages messages = new Messages();
  private final ByteBuilder out = messages.bytes();
  private final DebeziumValues values = new DebeziumValues(out);

  /** The beginning of a value, up to the commit time. */
  private final byte[] head;

  private final byte[] cluster;

  DebeziumEncoder(DebeziumOptions options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    String name = JsonText.string(options.cluster());
    head =
        utf8(
            "{\"payload\":{\"source\":{\"version\":\"2.4.0.Final\",\"connector\":\"TiCDC\","
                + "\"name\":"
                + name
                + ",\"ts_ms\":");
    cluster = utf8(name);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What a table's messages have in common.
   *
   * @param names the names of schema and table inside {@code source}
   * @param keyTail what follows the payload of a key
   * @param valueTail what follows the payload of a value
   */
  private record Table(
      Columns all, Optional<Columns> key, Bytes names, Bytes keyTail, Bytes valueTail) {}

  /** A run of bytes; records hold no arrays. */
  private static final class Bytes {
    final byte[] array;

    Bytes(String text) {
      array = utf8(text);
    }
  }

  private Table table(TableSchema table) {
    Columns all = Columns.all(table);
    Optional<Columns> key = table.handleKey().map(k -> Columns.of(table, k));
    String keyTail = "}";
    String valueTail = "}";
    if (options.schema()) {
      String prefix = SchemaText.prefix(options.cluster(), table.name());
      boolean types = options.extension();
      String keyFields = key.map(k -> SchemaText.columns(k, types)).orElse("");
      keyTail = ",\"schema\":" + SchemaText.key(prefix, keyFields) + "}";
      valueTail = ",\"schema\":" + SchemaText.row(prefix, SchemaText.columns(all, types)) + "}";
    }
    return new Table(
        all, key, new Bytes(names(table.name())), new Bytes(keyTail), new Bytes(valueTail));
  }

  private static String names(TableName name) {
    return JsonText.string(name.schema()) + ",\"table\":" + JsonText.string(name.table());
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    int start = out.size();
    boolean whole = false;
    try {
      Table table = tables.of(row.table());
      Row image = row.kind() == RowChange.Kind.DELETE ? row.before() : row.after();
      writeKey(table, image);
      int value = out.size();
      writeSource(table.names().array, commitTs);
      writeImages(table.all(), row);
      out.write('}');
      out.write(table.valueTail().array);
      long size = (long) out.size() - start + Messages.OVERHEAD;
      if (size > options.maxBytes()) {
        throw Messages.tooLarge(row.table().name(), size, options.maxBytes());
      }
      messages.add(start, value - start, value, out.size() - value, 1);
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(start);
      }
    }
  }

  private void writeKey(Table table, Row image) {
    out.write(PAYLOAD);
    if (table.key().isPresent()) {
      values.writeObject(table.key().get(), image);
    } else {
      out.write('{');
      out.write('}');
    }
    out.write(table.keyTail().array);
  }

  private void writeSource(byte[] names, Tso commitTs) {
    out.write(head);
    out.writeLong(commitTs.millis());
    out.write(SNAPSHOT);
    out.write(names);
    out.write(COMMIT_TS);
    out.writeUnsigned(commitTs.value());
    out.write(CLUSTER);
    out.write(cluster);
    out.write(TS_MS);
    out.writeLong(clock.millis());
  }

  private void writeImages(Columns columns, RowChange row) {
    switch (row.kind()) {
      case INSERT -> {
        out.write(INSERT);
        values.writeObject(columns, row.after());
      }
      case UPDATE -> {
        out.write(UPDATE);
        if (options.oldValues()) {
          out.write(BEFORE);
          values.writeObject(columns, row.before());
        }
        out.write(AFTER);
        values.writeObject(columns, row.after());
      }
      case DELETE -> {
        out.write(DELETE);
        values.writeObject(columns, row.before());
      }
    }
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
    String tableChanges = DebeziumDdl.tableChanges(change);
    TableName name = DdlWords.table(change);
    String database = JsonText.string(name.schema());
    int start = out.size();
    out.write("{\"payload\":{\"databaseName\":" + database + "}");
    writeSchema(SchemaText.CHANGE_KEY);
    int value = out.size();
    writeSource(utf8(names(name)), change.commitTs());
    out.write(
        ",\"databaseName\":"
            + database
            + ",\"schemaName\":null,\"ddl\":"
            + JsonText.string(change.query())
            + ",\"tableChanges\":"
            + tableChanges
            + "}");
    writeSchema(SchemaText.CHANGE_VALUE);
    handOver(start, value, sink);
  }

  private void writeSchema(String schema) {
    if (options.schema()) {
      out.write(",\"schema\":" + schema);
    }
    out.write('}');
  }

  private void handOver(int start, int value, MessageSink sink) {
    sink.accept(out.array(), start, value - start, value, out.size() - value, 0);
    out.truncate(start);
  }

  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {
    String prefix = PlainNames.of(options.cluster()) + ".watermark";
    int start = out.size();
    out.write("{\"payload\":{}");
    writeSchema(SchemaText.key(prefix, ""));
    int value = out.size();
    writeSource(utf8(names(new TableName("", ""))), ts);
    out.write(WATERMARK);
    writeSchema(SchemaText.watermark(prefix));
    handOver(start, value, sink);
  }
}

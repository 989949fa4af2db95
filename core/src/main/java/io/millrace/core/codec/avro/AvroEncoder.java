package io.millrace.core.codec.avro;

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
import io.millrace.core.text.TimestampText;
import java.time.ZoneId;
import java.util.Optional;

/** Avro: one message per row, whose key is the row's, and no value for a delete. */
final class AvroEncoder implements EventEncoder {
  private static final int MAGIC = 0;
  private static final int DDL = 1;
  private static final int WATERMARK = 2;
  private static final byte[] INSERTED = {2, 'c'};
  private static final byte[] UPDATED = {2, 'u'};

  private final AvroOptions options;
  private final SchemaRegistry registry;
  private final String subject;
  private final PerTable<Table> tables = new PerTable<>(Table::new);
  private final Messages messages = new Messages();
  private final ByteBuilder out = messages.bytes();
  private final AvroRecord.Writer writer;

  AvroEncoder(AvroOptions options, SchemaRegistry registry, String topic, ZoneId zone) {
    this.options = options;
    this.registry = registry;
    subject = topic.replace('.', '_');
    writer = new AvroRecord.Writer(out, new TimestampText(zone));
  }

  /** What a table's messages have in common; schemas are registered when they are first needed. */
  private final class Table {
    final Optional<AvroRecord> key;
    final AvroRecord value;
    private int keyId;
    private int valueId;

    Table(TableSchema table) {
      key = table.handleKey().map(k -> new AvroRecord(Columns.of(table, k), options));
      value = new AvroRecord(Columns.all(table), options);
    }

    int keyId(AvroRecord record) {
      if (keyId == 0) {
        keyId =
            registry.register(
                subject + "-key", AvroSchemas.record(record.columns(), options, false));
      }
      return keyId;
    }

    int valueId() {
      if (valueId == 0) {
        valueId =
            registry.register(
                subject + "-value",
                AvroSchemas.record(value.columns(), options, options.extension()));
      }
      return valueId;
    }
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    int start = out.size();
    boolean whole = false;
    try {
      Table table = tables.of(row.table());
      boolean delete = row.kind() == RowChange.Kind.DELETE;
      int keyLength = writeKey(table, delete ? row.before() : row.after());
      int value = out.size();
      if (!delete) {
        writeValue(table, row, commitTs);
      }
      long size = (long) out.size() - start + Messages.OVERHEAD;
      if (size > options.maxBytes()) {
        throw Messages.tooLarge(row.table().name(), size, options.maxBytes());
      }
      messages.add(start, keyLength, value, delete ? -1 : out.size() - value, 1);
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(start);
      }
    }
  }

  /** Returns the key's length, or -1 where there is none. */
  private int writeKey(Table table, Row image) {
    if (table.key.isEmpty()) {
      return -1;
    }
    int start = out.size();
    writeHead(table.keyId(table.key.get()));
    table.key.get().write(image, writer);
    return out.size() - start;
  }

  private void writeValue(Table table, RowChange row, Tso commitTs) {
    writeHead(table.valueId());
    table.value.write(row.after(), writer);
    if (options.extension()) {
      out.write(row.kind() == RowChange.Kind.INSERT ? INSERTED : UPDATED);
      writer.writeLong(commitTs.value());
      writer.writeLong(commitTs.millis());
    }
  }

  private void writeHead(int schemaId) {
    out.write(MAGIC);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(schemaId >> shift);
    }
  }

  @Override
  public void drain(MessageSink sink) {
    messages.drain(sink);
  }

  /** Hands over a message only where watermarks are on: the protocol proper has none. */
  @Override
  public void encode(SchemaChange change, MessageSink sink) {
    if (!options.watermarks() || change.type() == DdlType.ADOPT_TABLE) {
      return;
    }
    TableName name = DdlWords.table(change);
    int start = out.size();
    out.write(DDL);
    out.write(
        "{\"query\":"
            + JsonText.string(change.query())
            + ",\"type\":"
            + Math.max(0, change.type().code())
            + ",\"schema\":"
            + JsonText.string(name.schema())
            + ",\"table\":"
            + JsonText.string(name.table())
            + ",\"commitTs\":"
            + change.commitTs()
            + "}");
    messages.handOver(start, sink);
  }

  /** As {@link #encode}. */
  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {
    if (!options.watermarks()) {
      return;
    }
    int start = out.size();
    out.write(WATERMARK);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (ts.value() >> shift));
    }
    messages.handOver(start, sink);
  }
}

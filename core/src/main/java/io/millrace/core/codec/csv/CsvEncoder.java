package io.millrace.core.codec.csv;

import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Optional;

/** CSV: one line per row, or two for an update with its old values. */
final class CsvEncoder implements EventEncoder {
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final ByteBuilder INSERT = utf8("I");
  private static final ByteBuilder UPDATE = utf8("U");
  private static final ByteBuilder DELETE = utf8("D");
  private static final String NAME = "ticdc-meta$";

  private final CsvOptions options;
  private final PerTable<Table> tables = new PerTable<>(Table::new);
  private final Messages messages = new Messages();
  private final ByteBuilder out = messages.bytes();
  private final CsvFields fields;

  CsvEncoder(CsvOptions options, ZoneId zone) {
    this.options = options;
    fields = new CsvFields(options, out, zone);
  }

  /** What a table's lines have in common; the names are those of table and schema. */
  private record Table(
      Columns all, Optional<Columns> handleKey, ByteBuilder table, ByteBuilder schema) {
    Table(TableSchema table) {
      this(
          Columns.all(table),
          table.handleKey().map(key -> Columns.of(table, key)),
          utf8(table.name().table()),
          utf8(table.name().schema()));
    }
  }

  private static ByteBuilder utf8(String text) {
    ByteBuilder bytes = new ByteBuilder(text.length());
    bytes.write(text);
    return bytes;
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    int start = out.size();
    boolean whole = false;
    try {
      switch (row.kind()) {
        case INSERT -> writeLine(INSERT, row, row.after(), commitTs);
        case DELETE -> writeLine(DELETE, row, row.before(), commitTs);
        case UPDATE -> writeUpdate(row, commitTs);
      }
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(start);
      }
    }
  }

  private void writeUpdate(RowChange row, Tso commitTs) {
    if (options.oldValues()) {
      writeLine(DELETE, row, row.before(), commitTs);
      writeLine(INSERT, row, row.after(), commitTs);
    } else {
      writeLine(UPDATE, row, row.after(), commitTs);
    }
  }

  private void writeLine(ByteBuilder operation, RowChange row, Row image, Tso commitTs) {
    Table table = tables.of(row.table());
    int start = out.size();
    fields.writeText(operation);
    fields.writeDelimiter();
    fields.writeText(table.table());
    fields.writeDelimiter();
    fields.writeText(table.schema());
    if (options.commitTs()) {
      fields.writeDelimiter();
      out.writeUnsigned(commitTs.value());
    }
    if (options.oldValues()) {
      fields.writeDelimiter();
      out.write(row.kind() == RowChange.Kind.UPDATE ? TRUE : FALSE);
    }
    if (options.handleKey()) {
      fields.writeDelimiter();
      Columns key =
          table.handleKey().isPresent()
              ? table.handleKey().get()
              : Columns.ofHandleKey(row.table(), "csv.output-handle-key");
      fields.writeHandleKey(key, image);
    }
    for (int i = 0; i < table.all().size(); i++) {
      fields.writeDelimiter();
      fields.write(table.all(), i, image);
    }
    if (out.size() - start > options.maxBytes()) {
      throw Messages.tooLarge(row.table().name(), out.size() - start, options.maxBytes());
    }
    messages.add(start);
  }

  /** Hands over the names of the fields, if they are wanted. */
  @Override
  public void header(TableSchema table, MessageSink sink) {
    if (!options.header()) {
      return;
    }
    StringBuilder names = new StringBuilder();
    names.append(NAME).append("operation");
    addName(names, NAME + "table");
    addName(names, NAME + "schema");
    if (options.commitTs()) {
      addName(names, NAME + "commit-ts");
    }
    if (options.oldValues()) {
      addName(names, NAME + "is-update");
    }
    Columns columns = tables.of(table).all();
    for (int i = 0; i < columns.size(); i++) {
      addName(names, columns.definition(i).name());
    }
    byte[] bytes = names.toString().getBytes(StandardCharsets.UTF_8);
    sink.accept(bytes, 0, -1, 0, bytes.length, 0);
  }

  private void addName(StringBuilder names, String name) {
    names.append(options.delimiter()).append(name);
  }

  @Override
  public void drain(MessageSink sink) {
    messages.drain(sink);
  }

  /** Has no effect: the protocol has no schema changes. */
  @Override
  public void encode(SchemaChange change, MessageSink sink) {}

  /** Has no effect: the protocol has no watermarks. */
  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {}
}

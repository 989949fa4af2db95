package io.millrace.core.codec.openprotocol;

import com.google.common.base.Suppliers;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.connector.ClaimStore;
import io.millrace.core.ddl.DdlWords;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.Messages;
import io.millrace.core.text.PerTable;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.function.Supplier;

/** Open protocol: many rows in one message, keys and values each framed by their lengths. */
final class OpenProtocolEncoder implements EventEncoder {
  private static final int KEPT_BYTES = 4 << 20;
  private static final int LENGTH = 8;
  private static final byte[] TS = ascii("{\"ts\":");

  private final OpenProtocolOptions options;
  private final PerTable<Table> tables = new PerTable<>(Table::new);
  private final Messages messages = new Messages();

  /** The key and the value of one row. */
  private final ByteBuilder key = new ByteBuilder(256);

  private final ByteBuilder value = new ByteBuilder(1 << 12);
  private final RowValue rowValue;

  /** The framed keys and values of the message that takes rows. */
  private final ByteBuilder keys = new ByteBuilder(1 << 12);

  private final ByteBuilder values = new ByteBuilder(1 << 16);
  private int rows;

  OpenProtocolEncoder(OpenProtocolOptions options, ZoneId zone) {
    this.options = options;
    rowValue = new RowValue(options, value, zone);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** What a table's messages have in common. */
  private static final class Table {
    final OpenColumns all;
    final Supplier<OpenColumns> keyOfDeletes;
    final Supplier<OpenColumns> keyOfLarge;
    final byte[] keyTail;

    Table(TableSchema table) {
      all = new OpenColumns(Columns.all(table).sorted());
      keyOfDeletes = handleKey(table, OpenProtocolOptions.ONLY_KEY_IN_DELETES);
      keyOfLarge = handleKey(table, "large-message-handle-option");
      keyTail = names(table.name()).getBytes(StandardCharsets.UTF_8);
    }

    private static Supplier<OpenColumns> handleKey(TableSchema table, String option) {
      return Suppliers.memoize(() -> new OpenColumns(Columns.ofHandleKey(table, option).sorted()));
    }
  }

  private static String names(TableName name) {
    return (name.schema().isEmpty() ? "" : ",\"scm\":" + JsonText.string(name.schema()))
        + (name.table().isEmpty() ? "" : ",\"tbl\":" + JsonText.string(name.table()))
        + ",\"t\":";
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    Table table = tables.of(row.table());
    boolean onlyKey = options.onlyKeyInDeletes() && row.kind() == RowChange.Kind.DELETE;
    OpenColumns columns = onlyKey ? table.keyOfDeletes.get() : table.all;
    if (columns.columns().size() == 0) {
      return;
    }
    encode(table, columns, row, commitTs, "");
    long size = size();
    if (size > options.maxBytes()) {
      if (!options.large().keyOnly()) {
        throw Messages.tooLarge(row.table().name(), size, options.maxBytes());
      }
      String instead =
          options
              .large()
              .claims()
              .map(store -> ",\"ccl\":" + JsonText.string(claim(store)))
              .orElse(",\"ohk\":true");
      encode(table, table.keyOfLarge.get(), row, commitTs, instead);
      size = size();
      if (size > options.maxBytes()) {
        throw Messages.tooLarge(row.table().name(), size, options.maxBytes());
      }
    }
    join();
  }

  private void encode(
      Table table, OpenColumns columns, RowChange row, Tso commitTs, String keyMembers) {
    key.clear(KEPT_BYTES);
    key.write(TS);
    key.writeUnsigned(commitTs.value());
    key.write(table.keyTail);
    key.write('1');
    if (!keyMembers.isEmpty()) {
      key.write(keyMembers);
    }
    key.write('}');
    value.clear(KEPT_BYTES);
    rowValue.write(columns, row);
    Messages.compress(options.large().compression(), value, 0);
  }

  /** Returns what a message of this row alone takes. */
  private long size() {
    return (long) key.size() + value.size() + Messages.OVERHEAD + 3 * LENGTH;
  }

  private String claim(ClaimStore store) {
    ByteBuilder framed = new ByteBuilder(key.size() + value.size() + 3 * LENGTH);
    begin(framed);
    frame(key, framed);
    int valueStart = framed.size();
    frame(value, framed);
    return store.write(
        Arrays.copyOf(framed.array(), valueStart),
        Arrays.copyOfRange(framed.array(), valueStart, framed.size()));
  }

  /** Puts the row into the message that takes rows, or begins the next one. */
  private void join() {
    long joined =
        (long) keys.size()
            + values.size()
            + Messages.OVERHEAD
            + key.size()
            + value.size()
            + 2 * LENGTH;
    if (rows > 0 && (rows >= options.maxRows() || joined > options.maxBytes())) {
      endMessage();
    }
    if (rows == 0) {
      begin(keys);
    }
    frame(key, keys);
    frame(value, values);
    rows++;
  }

  private static void begin(ByteBuilder keys) {
    writeLength(1, keys);
  }

  private static void frame(ByteBuilder text, ByteBuilder out) {
    writeLength(text.size(), out);
    out.write(text.array(), 0, text.size());
  }

  private static void writeLength(long length, ByteBuilder out) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (length >> shift));
    }
  }

  private void endMessage() {
    ByteBuilder out = messages.bytes();
    int keyStart = out.size();
    out.write(keys.array(), 0, keys.size());
    int valueStart = out.size();
    out.write(values.array(), 0, values.size());
    messages.add(keyStart, keys.size(), valueStart, values.size(), rows);
    keys.clear(KEPT_BYTES);
    values.clear(KEPT_BYTES);
    rows = 0;
  }

  @Override
  public void drain(MessageSink sink) {
    if (rows > 0) {
      endMessage();
    }
    messages.drain(sink);
  }

  @Override
  public void encode(SchemaChange change, MessageSink sink) {
    if (change.type() == DdlType.ADOPT_TABLE) {
      return;
    }
    String keyText = "{\"ts\":" + change.commitTs() + names(DdlWords.table(change)) + "2}";
    String text =
        "{\"q\":"
            + JsonText.string(change.query())
            + ",\"t\":"
            + Math.max(0, change.type().code())
            + "}";
    ByteBuilder valueText = utf8(text);
    Messages.compress(options.large().compression(), valueText, 0);
    ByteBuilder out = new ByteBuilder(keyText.length() + valueText.size() + 3 * LENGTH);
    begin(out);
    frame(utf8(keyText), out);
    int valueStart = out.size();
    frame(valueText, out);
    sink.accept(out.array(), 0, valueStart, valueStart, out.size() - valueStart, 0);
  }

  private static ByteBuilder utf8(String text) {
    ByteBuilder bytes = new ByteBuilder(text.length());
    bytes.write(text);
    return bytes;
  }

  @Override
  public void encodeCheckpoint(Tso ts, MessageSink sink) {
    ByteBuilder out = new ByteBuilder(80);
    begin(out);
    frame(utf8("{\"ts\":" + ts + ",\"t\":3}"), out);
    int valueStart = out.size();
    writeLength(0, out);
    sink.accept(out.array(), 0, valueStart, valueStart, LENGTH, 0);
  }
}

package io.millrace.core.source.mysql.row;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TABLE_MAP_EVENT, understood: the layout of a table's row images, and its definition as far as
 * the log tells it.
 *
 * <p><i>Threads:</i> immutable; any thread.
 *
 * <p><i>Source:</i> TABLE_MAP_EVENT of MySQL 8.0 and MariaDB 11.4.
 */
public final class TableMap {
  /** What both servers allow. */
  private static final int MOST_COLUMNS = 4096;

  private static final int ID_BYTES = 6;
  private static final int FIXED_BYTES = 8;

  private final byte[] bytes;
  private final TableName name;
  private final Flavor flavor;
  private final WireType[] types;
  private final boolean[] nullable;
  private final LogMetadata metadata;
  private final @Nullable TableSchema schema;
  private final ColumnFormat[] formats;
  private final ImageLayout whole;

  private TableMap(
      byte[] bytes,
      TableName name,
      Flavor flavor,
      WireType[] types,
      boolean[] nullable,
      LogMetadata metadata) {
    this.bytes = bytes;
    this.name = name;
    this.flavor = flavor;
    this.types = types;
    this.nullable = nullable;
    this.metadata = metadata;
    this.schema = metadata.hasNames() ? fromLog(name, types, nullable, metadata) : null;
    this.formats = schema == null ? new ColumnFormat[0] : formats(types, schema);
    this.whole = ImageLayout.whole(this);
  }

  private TableMap(TableMap map, TableSchema schema) {
    this.bytes = map.bytes;
    this.name = map.name;
    this.flavor = map.flavor;
    this.types = map.types;
    this.nullable = map.nullable;
    this.metadata = map.metadata;
    this.schema = schema;
    this.formats = formats(types, schema);
    this.whole = ImageLayout.whole(this);
  }

  /**
   * Returns the table map of an event's body: what follows the common header, the checksum cut off.
   *
   * @throws io.millrace.api.CdcException SOURCE_UNREADABLE where it is malformed or has a type that
   *     cannot be decoded
   */
  public static TableMap parse(Flavor flavor, byte[] b, int off, int len) {
    Cursor cursor = new Cursor(b, off, len, "a table map");
    cursor.skip(FIXED_BYTES);
    String database = name(cursor);
    String table = name(cursor);
    int count = cursor.packed(Math.min(MOST_COLUMNS, cursor.remaining()));
    int codes = cursor.skip(count);
    Cursor layouts = cursor.part(cursor.length(), "the metadata of a table map");
    WireType[] types = new WireType[count];
    for (int i = 0; i < count; i++) {
      types[i] = WireType.read(b[codes + i] & 0xff, layouts, i);
    }
    if (layouts.remaining() > 0) {
      throw Unreadable.damaged(
          "the metadata of a table map has " + layouts.remaining() + " bytes too many");
    }
    boolean[] nullable = new boolean[count];
    int nulls = cursor.skip((count + 7) / 8);
    for (int i = 0; i < count; i++) {
      nullable[i] = (b[nulls + i / 8] >> (i & 7) & 1) != 0;
    }
    return new TableMap(
        Arrays.copyOfRange(b, off, off + len),
        new TableName(database, table),
        flavor,
        types,
        nullable,
        LogMetadata.read(cursor, types, flavor));
  }

  /**
   * Returns whether {@link #parse} of these bytes gives an equal table map; only the flags may
   * differ.
   */
  public boolean sameBytes(byte[] b, int off, int len) {
    return len == bytes.length
        && Arrays.equals(bytes, 0, ID_BYTES, b, off, off + ID_BYTES)
        && Arrays.equals(bytes, FIXED_BYTES, len, b, off + FIXED_BYTES, off + len);
  }

  /** Returns the number by which rows events name this table map. */
  public long tableId() {
    return BinaryNumbers.little(bytes, 0, ID_BYTES);
  }

  /** Returns the name of the table. */
  public TableName name() {
    return name;
  }

  /** Returns whether the log names the columns (binlog_row_metadata=FULL). */
  public boolean describesItself() {
    return metadata.hasNames();
  }

  /**
   * Returns the definition: the log's own, or the one given.
   *
   * @throws IllegalStateException where the log has none and none was given
   */
  public TableSchema schema() {
    if (schema == null) {
      throw new IllegalStateException("the log does not describe " + name);
    }
    return schema;
  }

  /**
   * Returns this table map with a definition that is known otherwise, after comparing it with what
   * the log tells: the number of columns, their types, lengths, digits and whether they may be
   * NULL; sign and charset where the log has them.
   *
   * @throws io.millrace.api.CdcException SOURCE_SCHEMA_UNKNOWN naming the first difference
   */
  public TableMap withSchema(TableSchema known) {
    SchemaMatch.check(this, known);
    return new TableMap(this, known);
  }

  /**
   * Returns this table map, which describes itself, with what only the server tells: unique keys,
   * generated columns, ZEROFILL, defaults, display widths, and with MariaDB invisible columns. A
   * column whose name or type is another there keeps what the log says, and no key on it is taken.
   */
  public TableMap enriched(TableSchema fromServer) {
    return new TableMap(this, SchemaMatch.enrich(this, fromServer));
  }

  Flavor flavor() {
    return flavor;
  }

  int columns() {
    return types.length;
  }

  WireType type(int column) {
    return types[column];
  }

  boolean nullable(int column) {
    return nullable[column];
  }

  LogMetadata metadata() {
    return metadata;
  }

  ColumnFormat format(int column) {
    return formats[column];
  }

  /** Returns the layout of an image that has all columns. */
  ImageLayout whole() {
    return whole;
  }

  private static String name(Cursor cursor) {
    String name = new String(cursor.take(cursor.length()), StandardCharsets.UTF_8);
    cursor.skip(1);
    return name;
  }

  private static ColumnFormat[] formats(WireType[] types, TableSchema schema) {
    ColumnFormat[] formats = new ColumnFormat[types.length];
    for (int i = 0; i < types.length; i++) {
      formats[i] = new ColumnFormat(types[i], schema.columns().get(i));
    }
    return formats;
  }

  private static TableSchema fromLog(
      TableName name, WireType[] types, boolean[] nullable, LogMetadata metadata) {
    List<Column> columns = new ArrayList<>(types.length);
    for (int i = 0; i < types.length; i++) {
      Optional<String> charset = metadata.charset(i);
      ColumnType type = ColumnFormat.columnType(types[i], charset);
      Column.Builder column =
          Column.builder(metadata.name(i), type)
              .nullable(nullable[i])
              .unsigned(type != ColumnType.YEAR && metadata.unsigned(i))
              .length(ColumnFormat.columnLength(types[i], charset))
              .scale(types[i].scale())
              .visible(metadata.visible(i))
              .labels(metadata.labels(i));
      boolean characters =
          type.family() == ColumnType.Family.CHARACTER || type.family() == ColumnType.Family.LABELS;
      if (characters) {
        String missing = metadata.name(i);
        column.charset(
            charset.orElseThrow(
                () -> Unreadable.damaged("a table map has no charset for column " + missing)));
      }
      columns.add(column.build());
    }
    return new TableSchema(name, columns, metadata.primaryKey().map(List::of).orElseGet(List::of));
  }
}

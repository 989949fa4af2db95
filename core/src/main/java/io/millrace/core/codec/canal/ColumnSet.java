package io.millrace.core.codec.canal;

import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.JsonText;
import io.millrace.core.text.ValueKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some columns of a table and all bytes of a message that depend on them alone, made once.
 *
 * <p>Positions in a set are not column numbers: {@link #column(int)} tells the number.
 */
final class ColumnSet {
  private final TableSchema table;
  private final int[] columns;
  private final ValueKind[] kinds;
  private final byte[][] names;

  /** What stands between the numbers in sqlType; the last piece goes on up to {@code "old":}. */
  private final byte[][] typePieces;

  /** Which columns have a number that depends on the value, by position, ascending. */
  private final int[] typed;

  private ColumnSet(TableSchema table, int[] columns, boolean fullTypes) {
    this.table = table;
    this.columns = columns;
    this.kinds = new ValueKind[columns.length];
    this.names = new byte[columns.length][];
    List<byte[]> pieces = new ArrayList<>();
    List<Integer> dependent = new ArrayList<>();
    StringBuilder sqlTypes = new StringBuilder(",\"sql\":\"\",\"sqlType\":{");
    StringBuilder mysqlTypes = new StringBuilder("},\"mysqlType\":{");
    for (int i = 0; i < columns.length; i++) {
      Column column = table.columns().get(columns[i]);
      String key = (i == 0 ? "" : ",") + JsonText.string(column.name()) + ":";
      names[i] = utf8(key);
      kinds[i] = ValueKind.of(column);
      sqlTypes.append(key);
      if (ColumnTypes.hasLargeType(column)) {
        pieces.add(utf8(sqlTypes.toString()));
        sqlTypes.setLength(0);
        dependent.add(i);
      } else {
        sqlTypes.append(ColumnTypes.javaType(column));
      }
      String type = fullTypes ? ColumnTypes.fullName(column) : ColumnTypes.shortName(column);
      mysqlTypes.append(key).append(JsonText.string(type));
    }
    pieces.add(utf8(sqlTypes.append(mysqlTypes).append("},\"old\":").toString()));
    typePieces = pieces.toArray(new byte[0][]);
    typed = dependent.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns all columns that have a value in the log. */
  static ColumnSet all(TableSchema table, boolean fullTypes) {
    List<Column> list = table.columns();
    int[] columns =
        IntStream.range(0, list.size())
            .filter(i -> list.get(i).generated() != Column.Generated.VIRTUAL)
            .toArray();
    return new ColumnSet(table, columns, fullTypes);
  }

  /** Returns the columns of a key, in table order. */
  static ColumnSet of(TableSchema table, TableSchema.Key key, boolean fullTypes) {
    int[] columns = key.columns().stream().mapToInt(Integer::intValue).sorted().toArray();
    return new ColumnSet(table, columns, fullTypes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int size() {
    return columns.length;
  }

  int column(int position) {
    return columns[position];
  }

  ValueKind kind(int position) {
    return kinds[position];
  }

  /** Returns {@code "name":}, with a comma in front but for the first. */
  byte[] name(int position) {
    return names[position];
  }

  Column definition(int position) {
    return table.columns().get(columns[position]);
  }

  /** Appends {@code sql}, {@code sqlType}, {@code mysqlType} and the name of {@code old}. */
  void writeTypes(Row row, ByteBuilder out) {
    for (int i = 0; i < typed.length; i++) {
      out.write(typePieces[i]);
      int column = columns[typed[i]];
      Column definition = table.columns().get(column);
      boolean known = !row.isNull(column) && row.isPresent(column);
      out.writeLong(
          known
              ? ColumnTypes.javaType(definition, row.longAt(column))
              : ColumnTypes.javaType(definition));
    }
    out.write(typePieces[typed.length]);
  }
}

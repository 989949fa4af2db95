package io.millrace.core.codec.canal;

import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.ColumnTypes;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Columns, and all bytes of a message that depend on them alone, made once. */
final class ColumnSet {
  private final Columns columns;

  /** What stands between the numbers in sqlType; the last piece goes on up to {@code "old":}. */
  private final byte[][] typePieces;

  /** Which columns have a number that depends on the value, by position, ascending. */
  private final int[] typed;

  ColumnSet(Columns columns, boolean fullTypes) {
    this.columns = columns;
    List<byte[]> pieces = new ArrayList<>();
    List<Integer> dependent = new ArrayList<>();
    StringBuilder sqlTypes = new StringBuilder(",\"sql\":\"\",\"sqlType\":{");
    StringBuilder mysqlTypes = new StringBuilder("},\"mysqlType\":{");
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.definition(i);
      String label = (i == 0 ? "" : ",") + JsonText.string(column.name()) + ":";
      sqlTypes.append(label);
      if (ColumnTypes.hasLargeType(column)) {
        pieces.add(utf8(sqlTypes.toString()));
        sqlTypes.setLength(0);
        dependent.add(i);
      } else {
        sqlTypes.append(ColumnTypes.javaType(column));
      }
      String type = fullTypes ? ColumnTypes.fullName(column) : ColumnTypes.shortName(column);
      mysqlTypes.append(label).append(JsonText.string(type));
    }
    pieces.add(utf8(sqlTypes.append(mysqlTypes).append("},\"old\":").toString()));
    typePieces = pieces.toArray(new byte[0][]);
    typed = dependent.stream().mapToInt(Integer::intValue).toArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Columns columns() {
    return columns;
  }

  /** Appends {@code sql}, {@code sqlType}, {@code mysqlType} and the name of {@code old}. */
  void writeTypes(Row row, ByteBuilder out) {
    for (int i = 0; i < typed.length; i++) {
      out.write(typePieces[i]);
      int column = columns.column(typed[i]);
      Column definition = columns.definition(typed[i]);
      boolean known = !row.isNull(column) && row.isPresent(column);
      out.writeLong(
          known
              ? ColumnTypes.javaType(definition, row.longAt(column))
              : ColumnTypes.javaType(definition));
    }
    out.write(typePieces[typed.length]);
  }
}

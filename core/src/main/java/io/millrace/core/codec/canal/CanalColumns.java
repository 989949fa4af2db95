package io.millrace.core.codec.canal;

import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.ColumnTypes;
import io.millrace.core.text.Columns;
import io.millrace.core.text.Latin1Text;
import io.millrace.core.text.PlainText;
import io.millrace.core.text.ValueKind;
import java.util.Arrays;
import java.util.Optional;

/** Columns as Canal's messages have them, with all bytes that the values do not change. */
final class CanalColumns {
  private static final int SQL_TYPE = 2;
  private static final int NAME = 3;
  private static final int IS_KEY = 4;
  private static final int UPDATED = 5;
  private static final int IS_NULL = 6;
  private static final int VALUE = 8;
  private static final int MYSQL_TYPE = 10;

  private final Columns columns;

  /** Name and whether it is a key. */
  private final byte[][] names;

  private final byte[][] types;

  CanalColumns(Columns columns) {
    this.columns = columns;
    names = new byte[columns.size()][];
    types = new byte[columns.size()][];
    Optional<TableSchema.Key> primary = columns.table().primaryKey();
    ByteBuilder piece = new ByteBuilder(64);
    for (int i = 0; i < columns.size(); i++) {
      Column definition = columns.definition(i);
      piece.truncate(0);
      Protobuf.writeText(NAME, definition.name(), piece);
      if (primary.isPresent() && primary.get().columns().contains(columns.column(i))) {
        Protobuf.writeNumber(IS_KEY, 1, piece);
      }
      names[i] = Arrays.copyOf(piece.array(), piece.size());
      piece.truncate(0);
      Protobuf.writeText(MYSQL_TYPE, ColumnTypes.shortName(definition), piece);
      types[i] = Arrays.copyOf(piece.array(), piece.size());
    }
  }

  /** Appends an image, each column as an element of the given field. */
  void write(
      int field, Row row, boolean updated, PlainText values, Latin1Text binary, ByteBuilder out) {
    for (int i = 0; i < columns.size(); i++) {
      int mark = Protobuf.begin(field, out);
      boolean known = columns.hasValue(i, row);
      Protobuf.writeNumber(SQL_TYPE, sqlType(i, row, known), out);
      out.write(names[i]);
      if (updated) {
        Protobuf.writeNumber(UPDATED, 1, out);
      }
      Protobuf.writeNumber(IS_NULL, known ? 0 : 1, out);
      if (known) {
        writeValue(i, row, values, binary, out);
      }
      out.write(types[i]);
      Protobuf.end(mark, out);
    }
  }

  private int sqlType(int position, Row row, boolean known) {
    Column definition = columns.definition(position);
    return known && ColumnTypes.hasLargeType(definition)
        ? ColumnTypes.javaType(definition, row.longAt(columns.column(position)))
        : ColumnTypes.javaType(definition);
  }

  private void writeValue(
      int position, Row row, PlainText values, Latin1Text binary, ByteBuilder out) {
    int start = out.size();
    int mark = Protobuf.begin(VALUE, out);
    int column = columns.column(position);
    ValueKind kind = columns.kind(position);
    if (kind == ValueKind.BINARY) {
      row.write(column, binary);
    } else {
      values.write(kind, columns.definition(position).scale(), column, row, out);
    }
    if (out.size() == mark) {
      out.truncate(start);
    } else {
      Protobuf.end(mark, out);
    }
  }
}

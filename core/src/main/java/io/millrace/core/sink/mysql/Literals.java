package io.millrace.core.sink.mysql;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as literals of SQL, exactly: texts in a charset that is no part of UTF-8 as their
 * bytes behind the charset's name, binary values in hexadecimal digits, FLOAT widened where it is
 * compared.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> MySQL sink specification, 4 and 9.
 */
final class Literals {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = ascii("NULL");
  private static final byte[] EXPONENT = ascii("e0");

  /** Charsets whose texts are sent in UTF-8, and come out the same. */
  private static final Set<String> PLAIN = Set.of("utf8mb4", "utf8mb3", "utf8", "ascii");

  /** Charsets that only one of the servers has; their texts are sent in UTF-8 as well. */
  private static final Set<String> RARE = Set.of("gb18030");

  private final ByteBuilder out;
  private final Escaped escaped;
  private @Nullable LargeValues large;

  Literals(ByteBuilder out) {
    this.out = out;
    this.escaped = new Escaped(out);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Doubles quotes' and backslashes' guard: a text between quotes ends where it should. */
  private static final class Escaped implements ByteSink {
    private final ByteBuilder out;

    Escaped(ByteBuilder out) {
      this.out = out;
    }

    @Override
    public void write(int value) {
      if (value == '\'' || value == '\\') {
        out.write('\\');
      }
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int from = offset;
      int end = offset + length;
      for (int i = offset; i < end; i++) {
        if (bytes[i] == '\'' || bytes[i] == '\\') {
          out.write(bytes, from, i - from);
          out.write('\\');
          from = i;
        }
      }
      out.write(bytes, from, end - from);
    }
  }

  /** Has values written as variables from now on that are kept in some; null: none is. */
  void refer(@Nullable LargeValues values) {
    large = values;
  }

  /** Appends a value that is to be stored. */
  void store(Column column, Row row, int at) {
    if (row.isNull(at)) {
      out.write(NULL);
      return;
    }
    write(column, row, at, false);
  }

  /** Appends a value, not NULL, that is to be compared with a column. */
  void compare(Column column, Row row, int at) {
    write(column, row, at, true);
  }

  private void write(Column column, Row row, int at, boolean compared) {
    LargeValues values = large;
    String reference = values == null ? null : values.find(row, at);
    if (reference != null) {
      out.write(reference);
      return;
    }
    switch (column.type().family()) {
      case INTEGER, DECIMAL -> row.write(at, out);
      case BITS -> out.writeUnsigned(row.longAt(at));
      case LABELS -> out.writeUnsigned(row.longAt(at));
      case FLOATING -> floating(column, row, at, compared);
      case TEMPORAL, JSON -> quoted(row, at);
      case CHARACTER -> text(column, row, at);
      case BINARY -> hex(row.bytesAt(at));
    }
  }

  private void floating(Column column, Row row, int at, boolean compared) {
    int before = out.size();
    if (compared && column.type() == ColumnType.FLOAT) {
      out.write(Double.toString(row.doubleAt(at)));
    } else {
      row.write(at, out);
    }
    for (int i = before; i < out.size(); i++) {
      byte each = out.array()[i];
      if (each == 'e' || each == 'E') {
        return;
      }
    }
    out.write(EXPONENT);
  }

  private void quoted(Row row, int at) {
    out.write('\'');
    row.write(at, escaped);
    out.write('\'');
  }

  /** Appends a text in UTF-8, whatever its column's charset. */
  void utf8(Row row, int at) {
    LargeValues values = large;
    String reference = values == null ? null : values.find(row, at);
    if (reference == null) {
      quoted(row, at);
    } else {
      out.write("CONVERT(" + reference + " USING utf8mb4)");
    }
  }

  /** Returns whether texts of a column go in UTF-8; else as they are, in the column's charset. */
  static boolean goesInUtf8(Column column) {
    String charset = column.charset().orElse("utf8mb4");
    return PLAIN.contains(charset) || RARE.contains(charset);
  }

  private void text(Column column, Row row, int at) {
    if (goesInUtf8(column)) {
      quoted(row, at);
      return;
    }
    out.write('_');
    out.write(column.charset().orElseThrow());
    out.write(' ');
    hex(row.bytesAt(at));
  }

  /** Appends bytes in hexadecimal digits. */
  void hex(ByteBuffer bytes) {
    out.write('x');
    out.write('\'');
    while (bytes.hasRemaining()) {
      byte each = bytes.get();
      out.write(HEX[each >> 4 & 0xf]);
      out.write(HEX[each & 0xf]);
    }
    out.write('\'');
  }

  /** Returns a name between back quotes, inner ones doubled. */
  static String quotedName(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}

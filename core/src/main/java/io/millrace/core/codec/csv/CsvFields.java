package io.millrace.core.codec.csv;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.core.text.Base64Text;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.HexText;
import io.millrace.core.text.PlainText;
import io.millrace.core.text.ValueKind;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;

/** Writes the fields of a line to one run of bytes: text quoted or escaped, numbers bare. */
final class CsvFields {
  private static final int KEPT_BYTES = 1 << 16;

  private final ByteBuilder out;
  private final byte[] delimiter;
  private final byte[] quote;
  private final byte[] nullText;
  private final boolean hex;
  private final PlainText plain;

  /** A text before it is quoted or escaped. */
  private final ByteBuilder text = new ByteBuilder(256);

  private final Base64Text base64 = new Base64Text(text);
  private final HexText hexText = new HexText(text);

  CsvFields(CsvOptions options, ByteBuilder out, ZoneId zone) {
    this.out = out;
    delimiter = options.delimiter().getBytes(StandardCharsets.UTF_8);
    quote = options.quote().getBytes(StandardCharsets.UTF_8);
    nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
    hex = options.hex();
    plain = new PlainText(zone);
  }

  void writeDelimiter() {
    out.write(delimiter);
  }

  void writeText(ByteBuilder value) {
    text.clear(KEPT_BYTES);
    text.write(value.array(), 0, value.size());
    writeText();
  }

  /** Appends the value of a column; NULL is never quoted. */
  void write(Columns columns, int position, Row row) {
    if (!columns.hasValue(position, row)) {
      out.write(nullText);
      return;
    }
    text.clear(KEPT_BYTES);
    gather(columns, position, row);
    if (isNumber(columns.definition(position))) {
      out.write(text.array(), 0, text.size());
    } else {
      writeText();
    }
  }

  /**
   * Appends the handle key: the number where it is one integer column, else the values in braces,
   * as TiDB prints it.
   */
  void writeHandleKey(Columns key, Row row) {
    text.clear(KEPT_BYTES);
    if (key.size() == 1 && key.definition(0).type().family() == ColumnType.Family.INTEGER) {
      write(key, 0, row);
      return;
    }
    text.write('{');
    for (int i = 0; i < key.size(); i++) {
      if (i > 0) {
        text.write(", ");
      }
      if (key.hasValue(i, row)) {
        gather(key, i, row);
      }
    }
    text.write('}');
    writeText();
  }

  private void gather(Columns columns, int position, Row row) {
    int column = columns.column(position);
    ValueKind kind = columns.kind(position);
    Column definition = columns.definition(position);
    if (kind == ValueKind.BINARY && hex) {
      row.write(column, hexText);
    } else if (kind == ValueKind.BINARY) {
      row.write(column, base64);
      base64.end();
    } else if (definition.type().family() == ColumnType.Family.LABELS) {
      row.write(column, text);
    } else {
      plain.write(kind, definition.scale(), column, row, text);
    }
  }

  private static boolean isNumber(Column definition) {
    return switch (definition.type().family()) {
      case INTEGER, FLOATING, BITS -> true;
      default -> false;
    };
  }

  private void writeText() {
    if (quote.length == 0) {
      writeEscaped();
      return;
    }
    out.write(quote);
    byte[] in = text.array();
    int start = 0;
    for (int at = 0; at + quote.length <= text.size(); at++) {
      if (Arrays.equals(in, at, at + quote.length, quote, 0, quote.length)) {
        out.write(in, start, at - start);
        out.write(quote);
        start = at;
      }
    }
    out.write(in, start, text.size() - start);
    out.write(quote);
  }

  private void writeEscaped() {
    byte[] in = text.array();
    int at = 0;
    while (at < text.size()) {
      int end = at + delimiter.length;
      if (end <= text.size() && Arrays.equals(in, at, end, delimiter, 0, delimiter.length)) {
        for (byte b : delimiter) {
          // The other bytes of a character beyond ASCII follow their first.
          if ((b & 0xc0) != 0x80) {
            out.write('\\');
          }
          out.write(b);
        }
        at = end;
      } else {
        writeEscaped(in[at++]);
      }
    }
  }

  private void writeEscaped(byte b) {
    switch (b) {
      case '\r' -> {
        out.write('\\');
        out.write('r');
      }
      case '\n' -> {
        out.write('\\');
        out.write('n');
      }
      case '\\' -> {
        out.write('\\');
        out.write('\\');
      }
      default -> out.write(b);
    }
  }
}

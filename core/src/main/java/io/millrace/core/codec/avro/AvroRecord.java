package io.millrace.core.codec.avro;

import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.NumberText;
import io.millrace.core.text.TimestampText;
import io.millrace.core.text.ValueKind;

/** The columns of a record, and how each is written in Avro's binary form. */
final class AvroRecord {
  private final Columns columns;
  private final AvroType[] types;

  /** Which branch of the union a value is; -1 where there is no union. */
  private final int[] valueBranches;

  AvroRecord(Columns columns, AvroOptions options) {
    this.columns = columns;
    types = new AvroType[columns.size()];
    valueBranches = new int[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      Column definition = columns.definition(i);
      types[i] = AvroType.of(definition, options);
      boolean hasDefault = AvroDefaults.of(definition, types[i]).isPresent();
      valueBranches[i] = !definition.nullable() ? -1 : hasDefault ? 0 : 1;
    }
  }

  Columns columns() {
    return columns;
  }

  void write(Row row, Writer writer) {
    for (int i = 0; i < columns.size(); i++) {
      boolean known = columns.hasValue(i, row);
      if (valueBranches[i] >= 0) {
        writer.writeLong(known ? valueBranches[i] : 1 - valueBranches[i]);
      }
      if (known) {
        writer.write(types[i], columns, i, row);
      }
    }
  }

  /** Writes values to one run of bytes. */
  static final class Writer {
    private static final int KEPT_BYTES = 1 << 16;

    private final ByteBuilder out;
    private final TimestampText timestamps;
    private final DecimalBytes decimals = new DecimalBytes();

    /** A value whose length must be written before it. */
    private final ByteBuilder value = new ByteBuilder(256);

    private final ByteBuilder digits = new ByteBuilder(80);

    Writer(ByteBuilder out, TimestampText timestamps) {
      this.out = out;
      this.timestamps = timestamps;
    }

    private void write(AvroType type, Columns columns, int position, Row row) {
      int column = columns.column(position);
      switch (type) {
        case INT, LONG -> writeLong(row.longAt(column));
        case FLOAT -> writeFixed(Float.floatToIntBits((float) row.doubleAt(column)), 4);
        case DOUBLE -> writeFixed(Double.doubleToLongBits(row.doubleAt(column)), 8);
        case STRING, BYTES -> {
          value.clear(KEPT_BYTES);
          writeText(columns, position, row);
          writeValue();
        }
        case BITS -> {
          value.clear(KEPT_BYTES);
          writeBits(row.longAt(column));
          writeValue();
        }
        case DECIMAL -> {
          value.clear(KEPT_BYTES);
          digits.truncate(0);
          row.write(column, digits);
          decimals.write(digits, value);
          writeValue();
        }
      }
    }

    /** ENUM and SET by their labels, as {@code Row.write} gives them. */
    private void writeText(Columns columns, int position, Row row) {
      int column = columns.column(position);
      Column definition = columns.definition(position);
      ValueKind kind = columns.kind(position);
      if (kind == ValueKind.TIMESTAMP) {
        timestamps.write(row.longAt(column), definition.scale(), value);
      } else if (kind == ValueKind.UNSIGNED && definition.labels().isEmpty()) {
        NumberText.writeUnsigned(row.longAt(column), value);
      } else {
        row.write(column, value);
      }
    }

    private void writeBits(long bits) {
      int shift = 56;
      while (shift > 0 && bits >>> shift == 0) {
        shift -= 8;
      }
      for (; shift >= 0; shift -= 8) {
        value.write((int) (bits >>> shift));
      }
    }

    private void writeValue() {
      writeLong(value.size());
      out.write(value.array(), 0, value.size());
    }

    /** Appends a number in zigzag order, seven bits a byte. */
    void writeLong(long number) {
      long rest = (number << 1) ^ (number >> 63);
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    private void writeFixed(long bits, int bytes) {
      for (int i = 0; i < bytes; i++) {
        out.write((int) (bits >>> (8 * i)));
      }
    }
  }
}

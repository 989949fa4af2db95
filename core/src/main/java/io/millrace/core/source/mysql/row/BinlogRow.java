package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Row;
import io.millrace.api.event.TemporalBits;
import io.millrace.core.text.NumberText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** One row image: the bytes of an event, and where in them each column's value begins. */
final class BinlogRow implements Row {
  /** The offset of a column that is NULL. */
  static final int NULL = -1;

  private static final int YEAR_BASE = 1900;

  private final ImageLayout layout;
  private final byte[] bytes;

  /** From {@link #base} on one offset for each present column; shared with other rows. */
  private final int[] offsets;

  private final int base;
  private final @Nullable PartialJson partial;

  BinlogRow(
      ImageLayout layout, byte[] bytes, int[] offsets, int base, @Nullable PartialJson partial) {
    this.layout = layout;
    this.bytes = bytes;
    this.offsets = offsets;
    this.base = base;
    this.partial = partial;
  }

  @Override
  public boolean isNull(int column) {
    int slot = layout.slot(column);
    return slot >= 0 && offsets[base + slot] == NULL;
  }

  @Override
  public boolean isPresent(int column) {
    return layout.slot(column) >= 0;
  }

  @Override
  public long longAt(int column) {
    int at = at(column);
    ColumnFormat format = format(column);
    return switch (format.wire) {
      case INTEGER -> integer(format, at);
      case YEAR -> year(at);
      case BIT -> BinaryNumbers.big(bytes, at, format.size);
      case ENUM, SET -> BinaryNumbers.little(bytes, at, format.size);
      case DATE -> Temporal.date(bytes, at);
      case DATETIME -> Temporal.dateTime(bytes, at, format.scale);
      case OLD_DATETIME -> Temporal.oldDateTime(bytes, at);
      case TIMESTAMP -> Temporal.timestamp(bytes, at, format.scale);
      case OLD_TIMESTAMP -> Temporal.oldTimestamp(bytes, at);
      case TIME -> Temporal.time(bytes, at, format.scale);
      case OLD_TIME -> Temporal.oldTime(bytes, at);
      default -> throw wrong(column, "longAt");
    };
  }

  @Override
  public double doubleAt(int column) {
    int at = at(column);
    return switch (format(column).wire) {
      case FLOAT -> floatAt(at);
      case DOUBLE -> Double.longBitsToDouble(BinaryNumbers.i64(bytes, at));
      default -> throw wrong(column, "doubleAt");
    };
  }

  @Override
  public BigDecimal decimalAt(int column) {
    int at = at(column);
    ColumnFormat format = format(column);
    if (format.wire != Wire.DECIMAL) {
      throw wrong(column, "decimalAt");
    }
    return PackedDecimal.value(bytes, at, format.length, format.scale);
  }

  @Override
  public LocalDateTime dateTimeAt(int column) {
    return switch (format(column).wire) {
      case DATE, DATETIME, OLD_DATETIME -> dateTime(longAt(column));
      default -> throw wrong(column, "dateTimeAt");
    };
  }

  @Override
  public Instant instantAt(int column) {
    switch (format(column).wire) {
      case TIMESTAMP, OLD_TIMESTAMP -> {
        long micros = longAt(column);
        if (micros == TemporalBits.ZERO_TIMESTAMP) {
          throw new DateTimeException("the zero TIMESTAMP is no instant");
        }
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
      }
      default -> throw wrong(column, "instantAt");
    }
  }

  @Override
  public ByteBuffer bytesAt(int column) {
    int at = at(column);
    ColumnFormat format = format(column);
    return switch (format.wire) {
      case STRING -> {
        int from = at - format.size;
        int length = length(format, at);
        boolean padded = format.binary && length < format.length;
        yield padded ? view(bytesOf(column), 0, format.length) : view(bytes, from, length);
      }
      case VARCHAR, BLOB, GEOMETRY -> view(bytes, at - format.size, length(format, at));
      case COMPRESSED_VARCHAR, COMPRESSED_BLOB, JSON -> {
        byte[] whole = bytesOf(column);
        yield view(whole, 0, whole.length);
      }
      default -> throw wrong(column, "bytesAt");
    };
  }

  @Override
  public CharSequence textAt(int column) {
    int at = at(column);
    ColumnFormat format = format(column);
    return switch (format.wire) {
      case STRING, VARCHAR, BLOB, GEOMETRY -> {
        if (format.binary) {
          yield new String(bytesOf(column), StandardCharsets.ISO_8859_1);
        }
        yield format.text.text(bytes, at - format.size, length(format, at));
      }
      case COMPRESSED_VARCHAR, COMPRESSED_BLOB -> {
        byte[] plain = plain(format, at);
        yield format.binary
            ? new String(plain, StandardCharsets.ISO_8859_1)
            : format.text.text(plain, 0, plain.length);
      }
      case ENUM -> enumLabel(format, at) == 0 ? "" : format.labels.get(enumLabel(format, at) - 1);
      default -> collect(column).text();
    };
  }

  @Override
  public void write(int column, ByteSink out) {
    int at = at(column);
    ColumnFormat format = format(column);
    switch (format.wire) {
      case INTEGER -> {
        long value = integer(format, at);
        if (format.unsigned) {
          NumberText.writeUnsigned(value, out);
        } else {
          NumberText.writeLong(value, out);
        }
      }
      case YEAR -> NumberText.writePadded(year(at), 4, out);
      case BIT -> NumberText.writeUnsigned(BinaryNumbers.big(bytes, at, format.size), out);
      case FLOAT -> NumberText.writeFloat(floatAt(at), out);
      case DOUBLE ->
          NumberText.writeDouble(Double.longBitsToDouble(BinaryNumbers.i64(bytes, at)), out);
      case DECIMAL -> PackedDecimal.write(bytes, at, format.length, format.scale, out);
      case DATE -> Temporal.writeDate(Temporal.date(bytes, at), out);
      case DATETIME ->
          Temporal.writeDateTime(Temporal.dateTime(bytes, at, format.scale), format.scale, out);
      case OLD_DATETIME -> Temporal.writeDateTime(Temporal.oldDateTime(bytes, at), 0, out);
      case TIMESTAMP ->
          Temporal.writeTimestamp(Temporal.timestamp(bytes, at, format.scale), format.scale, out);
      case OLD_TIMESTAMP -> Temporal.writeTimestamp(Temporal.oldTimestamp(bytes, at), 0, out);
      case TIME -> Temporal.writeTime(Temporal.time(bytes, at, format.scale), format.scale, out);
      case OLD_TIME -> Temporal.writeTime(Temporal.oldTime(bytes, at), 0, out);
      case ENUM -> {
        int index = enumLabel(format, at);
        if (index > 0) {
          byte[] label = format.labelBytes[index - 1];
          out.write(label, 0, label.length);
        }
      }
      case SET -> writeSet(format, at, out);
      default -> writeString(column, format, at, out);
    }
  }

  private void writeString(int column, ColumnFormat format, int at, ByteSink out) {
    int from = at - format.size;
    int length = length(format, at);
    switch (format.wire) {
      case STRING, VARCHAR, BLOB, GEOMETRY -> {
        if (format.binary) {
          out.write(bytes, from, length);
          if (format.wire == Wire.STRING) {
            for (int i = length; i < format.length; i++) {
              out.write(0);
            }
          }
        } else {
          format.text.write(bytes, from, length, out);
        }
      }
      case COMPRESSED_VARCHAR, COMPRESSED_BLOB -> {
        byte[] plain = plain(format, at);
        if (format.binary) {
          out.write(plain, 0, plain.length);
        } else {
          format.text.write(plain, 0, plain.length, out);
        }
      }
      case JSON -> {
        if (partial != null && partial.has(column)) {
          partial.write(column, bytes, from, length, out);
        } else {
          JsonText.write(bytes, from, length, out);
        }
      }
      default -> throw wrong(column, "write");
    }
  }

  @Override
  public @Nullable Object valueAt(int column) {
    if (isNull(column)) {
      return null;
    }
    ColumnFormat format = format(column);
    return switch (format.wire) {
      case INTEGER, YEAR, BIT -> {
        long value = longAt(column);
        boolean big = value < 0 && (format.unsigned || format.wire == Wire.BIT);
        yield big ? new BigInteger(Long.toUnsignedString(value)) : (Object) value;
      }
      case FLOAT -> floatAt(at(column));
      case DOUBLE -> doubleAt(column);
      case DECIMAL -> decimalAt(column);
      case DATE -> dateOrText(column);
      case DATETIME, OLD_DATETIME -> dateTimeOrText(column);
      case TIMESTAMP, OLD_TIMESTAMP -> instantOrText(column);
      case TIME, OLD_TIME -> Duration.of(longAt(column), ChronoUnit.MICROS);
      case ENUM, SET, JSON -> textAt(column).toString();
      default -> format.binary ? bytesAt(column) : textAt(column).toString();
    };
  }

  @Override
  public BinlogRow detached() {
    int count = layout.present();
    int first = -1;
    int end = 0;
    for (int i = 0; i < count; i++) {
      int at = offsets[base + i];
      if (at != NULL) {
        first = first < 0 ? at : first;
        int size = layout.sizes[i];
        end = size >= 0 ? at + size : at - size + length(-size, at);
      }
    }
    byte[] copy = new byte[first < 0 ? 0 : end - first];
    System.arraycopy(bytes, Math.max(first, 0), copy, 0, copy.length);
    int[] moved = new int[count];
    for (int i = 0; i < count; i++) {
      int at = offsets[base + i];
      moved[i] = at == NULL ? NULL : at - first;
    }
    return new BinlogRow(layout, copy, moved, 0, partial == null ? null : partial.detached());
  }

  /** Returns the document of a JSON column, to be changed. */
  JsonTree json(int column) {
    if (isNull(column)) {
      throw Unreadable.damaged("there are differences to a JSON value that was NULL");
    }
    int at = at(column);
    int size = format(column).size;
    return JsonTree.read(bytes, at - size, length(-size, at));
  }

  /** Returns the memory its offsets take. */
  int offsetBytes() {
    return Integer.BYTES * layout.present();
  }

  /** Returns where the value of a column begins that is present and not NULL. */
  private int at(int column) {
    int slot = layout.slot(column);
    if (slot < 0) {
      throw new IllegalStateException("column " + format(column).name + " is not in this image");
    }
    int at = offsets[base + slot];
    if (at == NULL) {
      throw new IllegalStateException("column " + format(column).name + " is NULL");
    }
    return at;
  }

  private ColumnFormat format(int column) {
    return layout.map().format(column);
  }

  private long integer(ColumnFormat format, int at) {
    return switch (format.size) {
      case 1 -> format.unsigned ? bytes[at] & 0xff : bytes[at];
      case 2 ->
          format.unsigned ? BinaryNumbers.u16(bytes, at) : (short) BinaryNumbers.u16(bytes, at);
      case 3 ->
          format.unsigned ? BinaryNumbers.u24(bytes, at) : BinaryNumbers.u24(bytes, at) << 8 >> 8;
      case 4 ->
          format.unsigned
              ? Integer.toUnsignedLong(BinaryNumbers.i32(bytes, at))
              : BinaryNumbers.i32(bytes, at);
      default -> BinaryNumbers.i64(bytes, at);
    };
  }

  private int year(int at) {
    int year = bytes[at] & 0xff;
    return year == 0 ? 0 : YEAR_BASE + year;
  }

  private float floatAt(int at) {
    return Float.intBitsToFloat(BinaryNumbers.i32(bytes, at));
  }

  /** Returns the length that stands before a string. */
  private int length(ColumnFormat format, int at) {
    return length(-format.size, at);
  }

  private int length(int prefix, int at) {
    return (int) BinaryNumbers.little(bytes, at, prefix);
  }

  private int enumLabel(ColumnFormat format, int at) {
    int index = (int) BinaryNumbers.little(bytes, at, format.size);
    if (index > format.labels.size()) {
      throw Unreadable.damaged(
          "column "
              + format.name
              + " has the label number "
              + index
              + " of "
              + format.labels.size());
    }
    return index;
  }

  private void writeSet(ColumnFormat format, int at, ByteSink out) {
    long set = BinaryNumbers.little(bytes, at, format.size);
    int count = format.labelBytes.length;
    if (count < Long.SIZE && set >>> count != 0) {
      throw Unreadable.damaged(
          "column " + format.name + " has bits set for more than its " + count + " labels");
    }
    boolean more = false;
    for (int i = 0; i < count; i++) {
      if ((set >>> i & 1) != 0) {
        if (more) {
          out.write(',');
        }
        out.write(format.labelBytes[i], 0, format.labelBytes[i].length);
        more = true;
      }
    }
  }

  /** Returns a compressed column's value. */
  private byte[] plain(ColumnFormat format, int at) {
    return CompressedColumn.inflate(bytes, at - format.size, length(format, at), format.name);
  }

  private byte[] bytesOf(int column) {
    return collect(column).toBytes();
  }

  private ByteCollector collect(int column) {
    ByteCollector collector = new ByteCollector();
    ColumnFormat format = format(column);
    if (format.wire == Wire.COMPRESSED_VARCHAR || format.wire == Wire.COMPRESSED_BLOB) {
      byte[] plain = plain(format, at(column));
      collector.write(plain, 0, plain.length);
    } else {
      write(column, collector);
    }
    return collector;
  }

  private static ByteBuffer view(byte[] bytes, int offset, int length) {
    return ByteBuffer.wrap(bytes, offset, length).slice().asReadOnlyBuffer();
  }

  private static LocalDateTime dateTime(long bits) {
    return LocalDateTime.of(
        TemporalBits.year(bits),
        TemporalBits.month(bits),
        TemporalBits.day(bits),
        TemporalBits.hour(bits),
        TemporalBits.minute(bits),
        TemporalBits.second(bits),
        TemporalBits.micros(bits) * 1000);
  }

  private Object dateOrText(int column) {
    long bits = longAt(column);
    try {
      return LocalDate.of(
          TemporalBits.year(bits), TemporalBits.month(bits), TemporalBits.day(bits));
    } catch (DateTimeException e) {
      return textAt(column).toString();
    }
  }

  private Object dateTimeOrText(int column) {
    try {
      return dateTimeAt(column);
    } catch (DateTimeException e) {
      return textAt(column).toString();
    }
  }

  private Object instantOrText(int column) {
    return longAt(column) == TemporalBits.ZERO_TIMESTAMP
        ? textAt(column).toString()
        : instantAt(column);
  }

  private IllegalStateException wrong(int column, String accessor) {
    ColumnFormat format = format(column);
    return new IllegalStateException(
        accessor + " does not apply to column " + format.name + " (" + format.wire + ")");
  }
}

package io.millrace.api.consumer;

import static io.millrace.api.event.ColumnType.DATE;
import static io.millrace.api.event.ColumnType.DATETIME;
import static io.millrace.api.event.ColumnType.ENUM;
import static io.millrace.api.event.ColumnType.FLOAT;
import static io.millrace.api.event.ColumnType.TIME;
import static io.millrace.api.event.ColumnType.TIMESTAMP;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.ColumnType.Family;
import io.millrace.api.event.Row;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a column as what a record's component is. The column is there and not NULL. */
@FunctionalInterface
interface ComponentReader {
  /** The types of components, each primitive under its box; enums besides. */
  Set<Class<?>> TYPES =
      Set.of(
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          BigInteger.class,
          Boolean.class,
          Double.class,
          Float.class,
          BigDecimal.class,
          String.class,
          LocalDate.class,
          LocalDateTime.class,
          Instant.class,
          Duration.class,
          ByteBuffer.class,
          byte[].class,
          Object.class);

  /**
   * Returns the value; throws a {@link RuntimeException} whose message says why it does not fit.
   */
  @Nullable Object read(Row row, int column);

  /** Returns whether there are columns that fit a component's type. */
  static boolean knows(Class<?> type) {
    return TYPES.contains(boxed(type)) || type.isEnum();
  }

  /** Returns a reader, or null where the column does not fit the type. */
  static @Nullable ComponentReader of(Class<?> component, Column column) {
    Class<?> type = boxed(component);
    ColumnType from = column.type();
    Family family = from.family();
    boolean whole = family == Family.INTEGER || family == Family.BITS;
    boolean wide = from == ColumnType.BIT || (from == ColumnType.BIGINT && column.unsigned());
    if (type == Object.class) {
      return Row::valueAt;
    }
    if (type == String.class) {
      return (row, at) -> row.textAt(at).toString();
    }
    if (type == Boolean.class) {
      return whole ? (row, at) -> row.longAt(at) != 0 : null;
    }
    if (type == BigInteger.class) {
      return whole ? (row, at) -> number(row.longAt(at), wide) : null;
    }
    if (type == BigDecimal.class) {
      return family == Family.DECIMAL
          ? Row::decimalAt
          : whole ? (row, at) -> new BigDecimal(number(row.longAt(at), wide)) : null;
    }
    if (type == Double.class || type == Float.class) {
      return floating(type, from);
    }
    if (type == ByteBuffer.class || type == byte[].class) {
      return bytes(type, family);
    }
    if (type.isEnum()) {
      return from == ENUM || family == Family.CHARACTER ? constant(type) : null;
    }
    if (Number.class.isAssignableFrom(type)) {
      return whole || family == Family.LABELS ? integer(type, wide) : null;
    }
    return temporal(type, from);
  }

  private static Class<?> boxed(Class<?> type) {
    return MethodType.methodType(type).wrap().returnType();
  }

  private static BigInteger number(long bits, boolean unsigned) {
    return unsigned && bits < 0
        ? BigInteger.valueOf(bits & Long.MAX_VALUE).setBit(63)
        : BigInteger.valueOf(bits);
  }

  private static ComponentReader integer(Class<?> type, boolean wide) {
    if (type == Long.class) {
      return (row, at) -> within(row.longAt(at), Long.MIN_VALUE, Long.MAX_VALUE, wide);
    }
    if (type == Integer.class) {
      return (row, at) -> (int) within(row.longAt(at), Integer.MIN_VALUE, Integer.MAX_VALUE, wide);
    }
    if (type == Short.class) {
      return (row, at) -> (short) within(row.longAt(at), Short.MIN_VALUE, Short.MAX_VALUE, wide);
    }
    return (row, at) -> (byte) within(row.longAt(at), Byte.MIN_VALUE, Byte.MAX_VALUE, wide);
  }

  private static long within(long value, long least, long most, boolean unsigned) {
    if (value < least || value > most || (unsigned && value < 0)) {
      throw new ArithmeticException(number(value, unsigned) + " is not in " + least + ".." + most);
    }
    return value;
  }

  private static @Nullable ComponentReader floating(Class<?> type, ColumnType from) {
    if (type == Float.class) {
      return from == FLOAT ? (row, at) -> (float) row.doubleAt(at) : null;
    }
    return from.family() == Family.FLOATING ? Row::doubleAt : null;
  }

  private static @Nullable ComponentReader bytes(Class<?> type, Family family) {
    if (family != Family.BINARY && family != Family.CHARACTER && family != Family.JSON) {
      return null;
    }
    if (type == ByteBuffer.class) {
      return Row::bytesAt;
    }
    return (row, at) -> {
      ByteBuffer view = row.bytesAt(at);
      byte[] copy = new byte[view.remaining()];
      view.get(copy);
      return copy;
    };
  }

  private static ComponentReader constant(Class<?> type) {
    Map<String, Object> byName = new HashMap<>();
    for (Object each : type.getEnumConstants()) {
      byName.put(((Enum<?>) each).name().toLowerCase(Locale.ROOT), each);
    }
    return (row, at) -> {
      String name = row.textAt(at).toString();
      Object constant = byName.get(name.toLowerCase(Locale.ROOT));
      if (constant == null) {
        throw new IllegalArgumentException(
            "'" + name + "' is no constant of " + type.getSimpleName());
      }
      return constant;
    };
  }

  private static @Nullable ComponentReader temporal(Class<?> type, ColumnType from) {
    if (type == LocalDateTime.class) {
      return from == DATE || from == DATETIME ? Row::dateTimeAt : null;
    }
    if (type == LocalDate.class) {
      return from == DATE ? (row, at) -> row.dateTimeAt(at).toLocalDate() : null;
    }
    if (type == Instant.class) {
      return from == TIMESTAMP ? Row::instantAt : null;
    }
    return from == TIME ? (row, at) -> Duration.of(row.longAt(at), ChronoUnit.MICROS) : null;
  }
}

package io.millrace.testkit.event;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TemporalBits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of columns, in the forms they are given, held and shown. Held are: integers, bits,
 * labels and temporal values as Long, in the form of {@link io.millrace.api.event.Row#longAt};
 * Float, Double, BigDecimal; text and JSON as String; binary values as byte[].
 */
final class ColumnValues {
  private static final int MICROS = 1_000_000;

  private ColumnValues() {}

  /** Returns the form held of a value given. */
  static Object stored(Column column, Object given) {
    try {
      return switch (column.type().family()) {
        case INTEGER, BITS -> integer(given);
        case FLOATING -> floating(column, (Number) given);
        case DECIMAL ->
            new BigDecimal(given.toString()).setScale(column.scale(), RoundingMode.UNNECESSARY);
        case TEMPORAL -> temporal(column, given);
        case CHARACTER, JSON -> (String) given;
        case LABELS -> given instanceof String labels ? labels(column, labels) : integer(given);
        case BINARY -> binary(column, given);
      };
    } catch (ClassCastException | ArithmeticException | NumberFormatException e) {
      throw wrong(column, given, e);
    } catch (DateTimeException e) {
      throw wrong(column, given, e);
    }
  }

  private static IllegalArgumentException wrong(Column column, Object given, Exception e) {
    return new IllegalArgumentException(
        "column %s of type %s takes no %s %s"
            .formatted(column.name(), column.type(), given.getClass().getSimpleName(), given),
        e);
  }

  private static Long integer(Object given) {
    if (given instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    return given instanceof BigInteger big ? big.longValue() : ((Number) given).longValue();
  }

  private static Object floating(Column column, Number given) {
    return column.type() == ColumnType.FLOAT
        ? (Object) given.floatValue()
        : (Object) given.doubleValue();
  }

  private static Object binary(Column column, Object given) {
    byte[] bytes =
        given instanceof String text
            ? text.getBytes(StandardCharsets.UTF_8)
            : given instanceof ByteBuffer buffer ? remaining(buffer) : (byte[]) given;
    return column.type() == ColumnType.BINARY && bytes.length < column.length()
        ? java.util.Arrays.copyOf(bytes, column.length())
        : bytes.clone();
  }

  private static byte[] remaining(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Long labels(Column column, String given) {
    long bits = 0;
    for (String label : given.split(",", -1)) {
      int number = column.labels().indexOf(label);
      if (number < 0 && !given.isEmpty()) {
        throw new NumberFormatException("no label " + label);
      }
      bits |= number < 0 ? 0 : column.type() == ColumnType.ENUM ? number + 1 : 1L << number;
    }
    return bits;
  }

  private static Long temporal(Column column, Object given) {
    return switch (column.type()) {
      case TIME -> ((Duration) given).toNanos() / 1000;
      case TIMESTAMP ->
          ChronoUnit.MICROS.between(
              Instant.EPOCH, given instanceof String text ? utc(text) : (Instant) given);
      case DATE ->
          packed(
              (given instanceof String text ? LocalDate.parse(text) : (LocalDate) given)
                  .atStartOfDay());
      default -> packed(given instanceof String text ? parsed(text) : (LocalDateTime) given);
    };
  }

  private static LocalDateTime parsed(String text) {
    return LocalDateTime.parse(text.replace(' ', 'T'));
  }

  private static Instant utc(String text) {
    return parsed(text).toInstant(ZoneOffset.UTC);
  }

  private static Long packed(LocalDateTime at) {
    return TemporalBits.pack(
        at.getYear(),
        at.getMonthValue(),
        at.getDayOfMonth(),
        at.getHour(),
        at.getMinute(),
        at.getSecond(),
        at.getNano() / 1000);
  }

  /** Returns the date and time of a packed form. */
  static LocalDateTime dateTime(long packed) {
    return LocalDateTime.of(
        TemporalBits.year(packed),
        TemporalBits.month(packed),
        TemporalBits.day(packed),
        TemporalBits.hour(packed),
        TemporalBits.minute(packed),
        TemporalBits.second(packed),
        TemporalBits.micros(packed) * 1000);
  }

  /** Returns the instant of microseconds since 1970. */
  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** Returns the object shown of a temporal value or of labels. */
  static Object object(Column column, Long bits) {
    return switch (column.type()) {
      case DATE -> dateTime(bits).toLocalDate();
      case DATETIME -> dateTime(bits);
      case TIMESTAMP -> instant(bits);
      case TIME -> Duration.of(bits, ChronoUnit.MICROS);
      default -> text(column, bits);
    };
  }

  /** Returns a value as text. */
  static String text(Column column, Object value) {
    if (value instanceof byte[] raw) {
      return new String(raw, StandardCharsets.ISO_8859_1);
    }
    if (!(value instanceof Long bits)) {
      return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }
    return switch (column.type().family()) {
      case TEMPORAL -> temporalText(column, bits);
      case LABELS -> labelText(column, bits);
      case BITS -> Long.toUnsignedString(bits);
      default -> column.unsigned() ? Long.toUnsignedString(bits) : Long.toString(bits);
    };
  }

  private static String temporalText(Column column, long bits) {
    if (column.type() == ColumnType.TIME) {
      long all = Math.abs(bits);
      return "%s%02d:%02d:%02d%s"
          .formatted(
              bits < 0 ? "-" : "",
              all / MICROS / 3600,
              all / MICROS / 60 % 60,
              all / MICROS % 60,
              fraction(column, all % MICROS));
    }
    LocalDateTime at =
        column.type() == ColumnType.TIMESTAMP
            ? LocalDateTime.ofInstant(instant(bits), ZoneOffset.UTC)
            : dateTime(bits);
    return column.type() == ColumnType.DATE
        ? at.toLocalDate().toString()
        : "%s %02d:%02d:%02d%s"
            .formatted(
                at.toLocalDate(),
                at.getHour(),
                at.getMinute(),
                at.getSecond(),
                fraction(column, at.getNano() / 1000));
  }

  private static String fraction(Column column, long micros) {
    return column.scale() == 0 ? "" : "." + "%06d".formatted(micros).substring(0, column.scale());
  }

  private static String labelText(Column column, long bits) {
    if (column.type() == ColumnType.ENUM) {
      return bits == 0 ? "" : column.labels().get((int) bits - 1);
    }
    List<String> set = new ArrayList<>();
    for (int i = 0; i < column.labels().size(); i++) {
      if ((bits >> i & 1) != 0) {
        set.add(column.labels().get(i));
      }
    }
    return String.join(",", set);
  }
}

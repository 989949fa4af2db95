package io.millrace.core.source.mysql;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.rig.FlinkFormats;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One of Flink's formats. */
final class FlinkConsumer implements ForeignReader {
  private final FlinkFormats flink = FlinkFormats.start();
  private final FlinkTypes types;
  private final boolean temporal;
  private List<String> columns = List.of();
  private boolean deletesByHand;

  /**
   * Starts the process.
   *
   * @param temporal whether dates and times are read as such, or as texts
   */
  FlinkConsumer(FlinkTypes types, boolean temporal) {
    this.types = types;
    this.temporal = temporal;
  }

  @Override
  public String protocol() {
    return switch (types) {
      case CANAL_JSON -> "canal-json";
      case MAXWELL_JSON -> "maxwell";
      case DEBEZIUM_JSON -> "debezium";
    };
  }

  /** Debezium's messages both with their schema and without. */
  @Override
  public Map<String, String> params() {
    return Map.of("debezium-disable-schema", Boolean.toString(!temporal));
  }

  @Override
  public void begin(TableSchema table, RowChange.Kind kind) {
    columns = table.columns().stream().map(Column::name).toList();
    String row =
        table.columns().stream()
            .map(column -> "`" + column.name() + "` " + types.of(column, temporal))
            .collect(Collectors.joining(", ", "ROW<", ">"));
    String ignore = "ignore-parse-errors=" + temporal;
    deletesByHand = types == FlinkTypes.MAXWELL_JSON && kind == RowChange.Kind.DELETE;
    switch (types) {
      case CANAL_JSON -> flink.open("canal-json", ignore, row);
      case MAXWELL_JSON -> {
        if (deletesByHand) {
          flink.open("json", ignore, "ROW<`type` STRING, `old` " + row + ">");
        } else {
          flink.open("maxwell-json", ignore, row);
        }
      }
      case DEBEZIUM_JSON ->
          flink.open(
              "debezium-json", "schema-include=true,timestamp-format.standard=ISO-8601", row);
    }
  }

  /**
   * Reads a message. Flink's {@code maxwell-json} looks for a deleted row in {@code data}, where
   * Maxwell has it; TiCDC's form, which the specification keeps, has it in {@code old}. So deletes
   * are read as a user can read them: as plain {@code json}.
   */
  @Override
  public List<Image> read(Message message) {
    return flink
        .decode(message.value().orElseThrow())
        .orElseThrow(() -> new IllegalStateException("Flink cannot read the message"))
        .stream()
        .map(deletesByHand ? this::deleted : row -> image(row.kind(), row.values()))
        .toList();
  }

  private Image deleted(FlinkFormats.Row row) {
    boolean delete = row.values().get(0).orElse("").equals("delete");
    return image(delete ? "-D" : "no delete", row.values().subList(1, row.values().size()));
  }

  private Image image(String kind, List<Optional<String>> row) {
    Map<String, Optional<String>> values = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i), row.get(i));
    }
    return new Image(kind, values);
  }

  @Override
  public Optional<String> wanted(Column column, Cell cell) {
    return switch (types) {
      case CANAL_JSON -> Optional.of(ForeignReader.latin1(column, cell));
      case MAXWELL_JSON -> Optional.of(ForeignReader.numbered(column, cell));
      case DEBEZIUM_JSON -> debezium(column, cell);
    };
  }

  private Optional<String> debezium(Column column, Cell cell) {
    return switch (column.type()) {
      case BIGINT ->
          Optional.of(Long.toString(new BigDecimal(cell.text()).toBigInteger().longValue()));
      case BIT -> Optional.of(bits(column, cell.number()));
      case DATE -> date(cell).map(day -> Long.toString(day.toEpochDay()));
      case DATETIME -> dateTime(cell).map(time -> sinceEpoch(time, column.scale()));
      case TIMESTAMP ->
          dateTime(cell).map(time -> temporal ? cell.text() : cell.text().replace(' ', 'T') + "Z");
      case TIME -> Optional.of(Long.toString(micros(cell.text())));
      default -> Optional.of(ForeignReader.text(column, cell));
    };
  }

  private static String bits(Column column, long bits) {
    if (column.length() == 1) {
      return Boolean.toString(bits != 0);
    }
    byte[] littleEndian = new byte[(column.length() + 7) / 8];
    for (int i = 0; i < littleEndian.length; i++) {
      littleEndian[i] = (byte) (bits >>> (8 * i));
    }
    return HexFormat.of().formatHex(littleEndian);
  }

  /** Returns the day; years of two digits are in the time around 1970, as Debezium has them. */
  private static Optional<LocalDate> date(Cell cell) {
    try {
      LocalDate day = LocalDate.parse(cell.text());
      int moved = day.getYear() < 70 ? 2_000 : (day.getYear() < 100 ? 1_900 : 0);
      return Optional.of(day.plusYears(moved));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<LocalDateTime> dateTime(Cell cell) {
    try {
      return Optional.of(LocalDateTime.parse(cell.text().replace(' ', 'T')));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String sinceEpoch(LocalDateTime time, int scale) {
    long micros = ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), time);
    return Long.toString(scale <= 3 ? Math.floorDiv(micros, 1_000L) : micros);
  }

  private static long micros(String text) {
    String[] parts = text.replace("-", "").split("[:.]", -1);
    long seconds =
        (Long.parseLong(parts[0]) * 60 + Long.parseLong(parts[1])) * 60 + Long.parseLong(parts[2]);
    long fraction = parts.length < 4 ? 0 : Long.parseLong((parts[3] + "00000").substring(0, 6));
    return (text.startsWith("-") ? -1 : 1) * (seconds * 1_000_000 + fraction);
  }

  @Override
  public boolean holds(Column column, Cell cell) {
    if (!temporal || types == FlinkTypes.DEBEZIUM_JSON || !types.isTemporal(column)) {
      return true;
    }
    return switch (column.type()) {
      case DATE -> isDay(cell.text());
      case TIME -> isTimeOfDay(cell.text());
      default -> dateTime(cell).isPresent();
    };
  }

  private static boolean isDay(String text) {
    try {
      return LocalDate.parse(text).isBefore(LocalDate.MAX);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isTimeOfDay(String text) {
    try {
      return LocalTime.parse(text).isBefore(LocalTime.MAX);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Debezium's DECIMAL is a number, whose zeros at the end are of no account. */
  @Override
  public boolean same(Column column, String wanted, String found) {
    return (types == FlinkTypes.DEBEZIUM_JSON && column.type() == ColumnType.DECIMAL)
        ? new BigDecimal(found).compareTo(new BigDecimal(wanted)) == 0
        : ForeignReader.super.same(column, wanted, found);
  }

  @Override
  public void close() {
    flink.close();
  }
}

package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.sink.mysql.TargetTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What of a transaction is left to be written when a part of it is noted. */
final class TableFeedTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("s", "t"),
          List.of(Column.builder("id", ColumnType.INT).build()),
          List.of());
  private static final TablePlan PLAN =
      new TablePlan(
          SCHEMA,
          new TargetTable(
              SCHEMA.name(),
              Optional.of("InnoDB"),
              List.of(new Target("id", "int", Optional.empty(), 0, true, false)),
              List.of()));
  private static final SourcePosition AT = new SourcePosition("up", 7, 100, 0, "");
  private static final Tso TS = new Tso(5);

  private final AppliedRows applied = new AppliedRows();

  private static RowChange row(int number) {
    return FakeChange.insert(SCHEMA, FakeRow.of(SCHEMA, number));
  }

  /** Gives a new writer the rows of these numbers. */
  private List<Unit> units(int most, int... numbers) {
    TableFeed feed = new TableFeed(PLAN, applied.find(SCHEMA.name()));
    feed.begin();
    for (int number : numbers) {
      feed.add(row(number), AT, number);
    }
    List<Unit> units = new ArrayList<>();
    feed.takeUnits(AT, TS, most, false, units::add);
    return units;
  }

  private static List<String> entries(List<Unit> units) {
    return units.stream()
        .map(
            unit -> {
              StringBuilder entry = new StringBuilder();
              AppliedRows.entry(AT, unit.numbers(), entry);
              return entry.toString();
            })
        .toList();
  }

  private static List<Object> ids(List<Unit> units) {
    return units.stream()
        .flatMap(unit -> unit.rows().stream())
        .map(row -> row.after().valueAt(0))
        .toList();
  }

  @Test
  void rowsWithGapsBetweenThemAreOneUnit() {
    assertThat(entries(units(4, 0, 1, 3, 5, 6, 9)))
        .containsExactly("7:100/0+2/3+1/5+1;", "7:100/6+1/9+1;");
    assertThat(entries(units(Integer.MAX_VALUE, 0, 1, 2))).containsExactly("7:100/0+3;");
    assertThat(units(4)).isEmpty();
  }

  @Test
  void whatAWriterNotedUnderOneFilterIsKnownUnderAnother() {
    int[] even = {0, 2, 4, 6, 8};
    applied.note(SCHEMA.name(), AT, TS.value(), entries(units(2, even)).get(1));
    int[] all = IntStream.range(0, 10).toArray();
    assertThat(ids(units(100, all))).containsExactly(0L, 1L, 2L, 3L, 5L, 7L, 8L, 9L);
    assertThat(ids(units(100, 3, 4, 5, 6))).containsExactly(3L, 5L);
  }

  @Test
  void aTransactionWrittenAsAWholeLeavesNothing() {
    StringBuilder entry = new StringBuilder();
    AppliedRows.wholeEntry(AT, entry);
    applied.note(SCHEMA.name(), AT, TS.value(), "7:50/0+2;" + entry);
    assertThat(units(100, 0, 5, 1_000_000)).isEmpty();
  }

  @Test
  void numbersFollowEachOtherUnlessTheyAreTold() {
    TableFeed feed = new TableFeed(PLAN, null);
    feed.begin();
    feed.add(row(0), AT);
    feed.add(row(4), AT, 4);
    feed.add(row(5), AT);
    List<Unit> units = new ArrayList<>();
    feed.takeUnits(AT, TS, 100, false, units::add);
    assertThat(entries(units)).containsExactly("7:100/0+1/4+2;");
  }
}

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
import io.millrace.core.sink.mysql.Applier.Noted;
import io.millrace.core.sink.mysql.TargetTable.Target;
import io.millrace.core.sink.mysql.TargetTable.Unique;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LanesTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("s", "t"),
          List.of(Column.builder("id", ColumnType.INT).nullable(false).build()),
          List.of());
  private static final TablePlan PLAN =
      new TablePlan(
          SCHEMA,
          new TargetTable(
              SCHEMA.name(),
              Optional.of("InnoDB"),
              List.of(new Target("id", "int", Optional.empty(), 0, false, false)),
              List.of(new Unique("PRIMARY", List.of("id")))));

  private static Unit unit(long offset, int first, int rows) {
    RowChange row = FakeChange.insert(SCHEMA, FakeRow.of(SCHEMA, 1));
    RowNumbers numbers = new RowNumbers();
    for (int i = 0; i < rows; i++) {
      numbers.add(first + i);
    }
    return new Unit(
        PLAN,
        new SourcePosition("s", 1, offset, 0, ""),
        Tso.ofMillis(offset, 0),
        numbers,
        Collections.nCopies(rows, row),
        false);
  }

  @Test
  @Timeout(60)
  void behindAUnitThatIsStuckOnlySoManyMayBeDone() throws InterruptedException {
    Lanes lanes = new Lanes(1, 1, Long.MAX_VALUE);
    lanes.put(unit(1, 0, 1), new long[0]);
    List<Unit> stuck = lanes.take(0);
    AtomicInteger done = new AtomicInteger();
    Thread others =
        new Thread(
            () -> {
              for (int i = 2; i <= 200_000; i++) {
                lanes.put(unit(i, 0, 1), new long[0]);
                lanes.done(lanes.take(0));
                done.incrementAndGet();
              }
            });
    others.start();
    while (others.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(done.get()).isBetween(1_000, 100_000);
    assertThat(lanes.completed()).isZero();
    lanes.done(stuck);
    others.join();
    assertThat(lanes.completed()).isEqualTo(200_000);
  }

  @Test
  void rowsThatFollowEachOtherAreNotedAsOne() {
    Noted noted = new Noted(unit(10, 3, 2));
    noted.add(unit(10, 3, 2));
    noted.add(unit(10, 5, 4));
    noted.add(unit(10, 20, 1));
    noted.add(unit(11, 21, 1));
    assertThat(Noted.statement(Map.of(PLAN, noted), new Ledger.Writer(1, 2), 0, 1))
        .endsWith(",'1:10/3+6/20+1;1:11/21+1;')");
  }
}

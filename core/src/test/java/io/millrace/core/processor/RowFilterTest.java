package io.millrace.core.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.filter.TableFilter;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What numbers rows have whose neighbours an event filter leaves out. */
final class RowFilterTest {
  private static final TableSchema A = table("a");
  private static final TableSchema B = table("b");
  private static final SourcePosition START = at(1);

  private final RowFilter filter = filter("delete");

  private static TableSchema table(String name) {
    return new TableSchema(
        new TableName("s", name),
        List.of(Column.builder("id", ColumnType.INT).nullable(false).build()),
        List.of(TableSchema.Key.primary(List.of(0))));
  }

  private static RowFilter filter(String... ignored) {
    ChangefeedSpec spec =
        ChangefeedSpec.builder("blackhole://")
            .eventFilters(List.of(new EventFilter(List.of("s.a"), List.of(ignored), List.of())))
            .build();
    return new RowFilter(
        "feed",
        ChangefeedFilter.of(spec, TableFilter.Imports.REFUSED),
        Map.of(A.name(), START, B.name(), START));
  }

  private static SourcePosition at(long offset) {
    return new SourcePosition("up", 1, offset, 0, "");
  }

  private static RowChange insert(TableSchema table) {
    return FakeChange.insert(table, FakeRow.of(table, 1));
  }

  private static RowChange delete(TableSchema table) {
    return FakeChange.delete(table, FakeRow.of(table, 1));
  }

  private static RowBatch slice(int transaction, int slice, boolean end, RowChange... rows) {
    Tso ts = new Tso(transaction);
    return new RowBatch(at(transaction), ts, ts, slice, List.of(rows), rows.length, end);
  }

  private int[] numbers(RowBatch batch) {
    IntBuffer numbers = filter.keep(batch).orElseThrow().numbers();
    int[] all = new int[numbers.remaining()];
    numbers.duplicate().get(all);
    return all;
  }

  @Test
  void rowsKeepTheirPlacesAmongAllOfTheirTable() {
    RowBatch batch =
        slice(9, 0, true, insert(A), delete(A), insert(B), delete(B), insert(A), insert(A));
    assertThat(numbers(batch)).containsExactly(0, 0, 1, 2, 3);
  }

  @Test
  void aWholeBatchIsHandedOnAsItIs() {
    RowBatch batch = slice(9, 0, true, insert(A), delete(B));
    assertThat(filter.keep(batch)).get().isSameAs(batch);
    assertThat(batch.numbers().hasRemaining()).isFalse();
  }

  @Test
  void placesGoOnThroughSlicesAndBeginAnewWithATransaction() {
    assertThat(numbers(slice(9, 0, false, insert(A), insert(B)))).isEmpty();
    assertThat(numbers(slice(9, 1, false, delete(A), insert(A)))).containsExactly(2);
    assertThat(numbers(slice(9, 2, false, insert(B), insert(A)))).containsExactly(1, 3);
    // read again from its beginning, of which nothing is left
    assertThat(filter.keep(slice(9, 0, false, delete(A), delete(A)))).isEmpty();
    assertThat(numbers(slice(9, 1, false, insert(A)))).containsExactly(2);
    assertThat(numbers(slice(9, 2, true))).isEmpty();
    assertThat(numbers(slice(10, 0, true, insert(A), insert(A)))).isEmpty();
  }

  @Test
  void withoutAnEventFilterNothingIsNumbered() {
    RowFilter plain = filter("create table");
    RowBatch batch = slice(9, 0, true, insert(A), insert(table("other")), delete(A));
    RowBatch kept = plain.keep(batch).orElseThrow();
    assertThat(kept.rows()).hasSize(2);
    assertThat(kept.numbers().hasRemaining()).isFalse();
  }
}

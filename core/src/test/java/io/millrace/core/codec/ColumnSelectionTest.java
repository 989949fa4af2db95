package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ColumnSelectionTest {
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Column.builder("secret", ColumnType.VARCHAR).build(),
              Column.builder("id", ColumnType.INT).nullable(false).build(),
              Column.builder("mail", ColumnType.VARCHAR).nullable(false).build(),
              Column.builder("Note", ColumnType.VARCHAR).build()),
          List.of(
              TableSchema.Key.primary(List.of(1)),
              new TableSchema.Key("uk", List.of(2, 1), false)));

  private static ColumnSelection selection(String matcher, String... columns) {
    return new ColumnSelection(
        List.of(
            new ColumnSelector(List.of(matcher), List.of(columns)),
            new ColumnSelector(List.of("*.*"), List.of("*"))));
  }

  @Test
  void columnsAreLeftOutOfBothImages() {
    FakeChange change =
        FakeChange.update(
            TABLE, FakeRow.of(TABLE, "x", 1, "m", null), FakeRow.of(TABLE, "y", 2, "m", "n"));
    RowChange row = selection("s.*", "*", "!SECRET", "!mail").row(change);
    assertThat(row.kind()).isEqualTo(RowChange.Kind.UPDATE);
    assertThat(row.table().columns()).extracting(Column::name).containsExactly("id", "Note");
    assertThat(row.table().keys()).containsExactly(TableSchema.Key.primary(List.of(0)));
    assertThat(row.before().longAt(0)).isEqualTo(1);
    assertThat(row.before().isNull(1)).isTrue();
    assertThat(row.after().longAt(0)).isEqualTo(2);
    assertThat(row.after().textAt(1)).hasToString("n");
    assertThat(row.after().detached().valueAt(1)).isEqualTo("n");
    ColumnSelection less = selection("s.*", "*", "!secret");
    assertThat(less.row(change).table())
        .isSameAs(less.row(change).table())
        .satisfies(t -> assertThat(t.keys().get(1).columns()).containsExactly(1, 0));
  }

  @Test
  void theFirstMatcherCountsAndOtherTablesStayWhole() {
    FakeChange change = FakeChange.insert(TABLE, FakeRow.of(TABLE, "x", 1, "m", null));
    assertThat(selection("u.*", "!*").row(change)).isSameAs(change);
    assertThat(selection("s.t", "*").row(change)).isSameAs(change);
    assertThat(new ColumnSelection(List.of()).row(change)).isSameAs(change);
  }

  @Test
  void aKeyMustRemain() {
    assertThatThrownBy(() -> selection("s.*", "*", "!id").table(TABLE))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.COLUMN_SELECTOR_FAILED))
        .hasMessageContaining("no key of table s.t");
    TableSchema bare = new TableSchema(TABLE.name(), TABLE.columns(), List.of());
    assertThat(selection("s.*", "note").table(bare).columns()).hasSize(1);
    assertThatThrownBy(() -> selection("s.*", "a.b"))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILTER_RULE_INVALID));
  }
}

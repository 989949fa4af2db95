package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SingleChangesTest {
  private static final TableName A = new TableName("s", "a`b");
  private static final TableName B = new TableName("u", "c");

  private static List<String> split(DdlType type, String query, TableChange... tables) {
    return SingleChanges.of(change(type, query, List.of(tables))).stream()
        .map(c -> c.type() + " " + c.tables().get(0).name() + " " + c.query())
        .toList();
  }

  private static SchemaChange change(DdlType type, String query, List<TableChange> tables) {
    return new SchemaChange(
        new SourcePosition("s", 1, 4, 0, ""), new Tso(1), new Tso(1), type, "s", query, tables);
  }

  @Test
  void dropsAreOnePerTable() {
    assertThat(
            split(
                DdlType.DROP_TABLE,
                "drop table a, u.c",
                TableChange.dropped(A),
                TableChange.dropped(B)))
        .containsExactly(
            "DROP_TABLE s.a`b DROP TABLE `s`.`a``b`", "DROP_TABLE u.c DROP TABLE `u`.`c`");
    assertThat(split(DdlType.DROP_VIEW, "drop view c", TableChange.dropped(B)))
        .containsExactly("DROP_VIEW u.c DROP VIEW `u`.`c`");
  }

  @Test
  void renamesAreOnePerPair() {
    TableName d = new TableName("s", "d");
    assertThat(
            split(
                DdlType.RENAME_TABLES,
                "rename table a to c, d to a",
                TableChange.renamed(A, B),
                TableChange.renamed(d, A)))
        .containsExactly(
            "RENAME_TABLE u.c RENAME TABLE `s`.`a``b` TO `u`.`c`",
            "RENAME_TABLE s.a`b RENAME TABLE `s`.`d` TO `s`.`a``b`");
  }

  @Test
  void exchangesNameBothTables() {
    assertThat(
            split(
                DdlType.EXCHANGE_TABLE_PARTITION,
                "alter table a exchange partition p1 with table u.c without validation;",
                TableChange.altered(A),
                TableChange.altered(B)))
        .containsExactly(
            "EXCHANGE_TABLE_PARTITION s.a`b ALTER TABLE `s`.`a``b` EXCHANGE PARTITION `p1` WITH"
                + " TABLE `u`.`c` without validation");
    assertThat(
            split(
                DdlType.EXCHANGE_TABLE_PARTITION,
                "alter table a exchange partition `p 1` with table c",
                TableChange.altered(A),
                TableChange.altered(B)))
        .containsExactly(
            "EXCHANGE_TABLE_PARTITION s.a`b ALTER TABLE `s`.`a``b` EXCHANGE PARTITION `p 1` WITH"
                + " TABLE `u`.`c`");
  }

  @Test
  void allOthersPassAndAdoptionsHaveNone() {
    assertThat(split(DdlType.ADD_COLUMN, "alter table c add d int", TableChange.altered(B)))
        .containsExactly("ADD_COLUMN u.c alter table c add d int");
    assertThat(split(DdlType.ADOPT_TABLE, "", TableChange.made(B))).isEmpty();
  }

  @Test
  void onlySomeTablesOfAStatementKeepTheirOrder() {
    TableName d = new TableName("s", "d");
    List<TableChange> all =
        List.of(TableChange.renamed(A, d), TableChange.renamed(B, A), TableChange.renamed(d, B));
    SchemaChange renames = change(DdlType.RENAME_TABLES, "rename table ...", all);
    assertThat(SingleChanges.only(renames, all)).isEqualTo(renames);
    SchemaChange some = SingleChanges.only(renames, List.of(all.get(0), all.get(2)));
    assertThat(some.tables()).containsExactly(all.get(0), all.get(2));
    assertThat(some.query()).isEqualTo("RENAME TABLE `s`.`a``b` TO `s`.`d`, `s`.`d` TO `u`.`c`");
    assertThat(some.type()).isEqualTo(DdlType.RENAME_TABLES);
    List<TableChange> dropped = List.of(TableChange.dropped(A), TableChange.dropped(B));
    assertThat(
            SingleChanges.only(
                    change(DdlType.DROP_TABLE, "drop table ...", dropped), dropped.subList(1, 2))
                .query())
        .isEqualTo("DROP TABLE `u`.`c`");
  }
}

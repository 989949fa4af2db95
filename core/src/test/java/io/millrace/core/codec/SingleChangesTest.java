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
    SchemaChange change =
        new SchemaChange(
            new SourcePosition("s", 1, 4, 0, ""),
            new Tso(1),
            new Tso(1),
            type,
            "s",
            query,
            List.of(tables));
    return SingleChanges.of(change).stream()
        .map(c -> c.type() + " " + c.tables().get(0).name() + " " + c.query())
        .toList();
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
}

package io.millrace.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.core.verify.Shape.Column;
import io.millrace.core.verify.TablePlan.Range;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TablePlanTest {
  private static final TableName TABLE = new TableName("s`", "t");
  private static final Range ALL = new Range(Optional.empty(), Optional.empty());

  private static Column column(String name, String type) {
    return new Column(name, type, "", "", false, "");
  }

  private static Column text(String name, String type, String charset, String collation) {
    return new Column(name, type, charset, collation, false, "");
  }

  private static Shape shape(List<List<String>> keys, Column... columns) {
    return new Shape("InnoDB", List.of(columns), keys);
  }

  private static TablePlan plan(Shape upstream, Shape downstream) {
    return TablePlan.of(TABLE, upstream, downstream, true);
  }

  @Test
  void aRangeOfSeveralColumnsIsOneOfAnIndex() {
    Shape shape = shape(List.of(List.of("a", "b")), column("a", "int"), column("b", "varbinary"));
    Range range = new Range(Optional.of(List.of("1", "0x00")), Optional.of(List.of("-2", "0xFF")));
    assertThat(plan(shape, shape).keyAt(true, range, 10))
        .isEqualTo(
            "SELECT (`a`+0),CONCAT('0x',HEX(`b`)) FROM `s```.`t` WHERE"
                + " (`a`>=1 AND (`a`>1 OR `b`>x'00')) AND (`a`<=-2 AND (`a`<-2 OR `b`<=x'FF'))"
                + " ORDER BY `a`,`b` LIMIT 9,1");
  }

  @Test
  void valuesHaveOneTextOnBothServers() {
    Shape shape =
        shape(
            List.of(),
            column("i", "bit"),
            column("f", "float"),
            column("d", "datetime"),
            column("g", "point"),
            column("b", "blob"));
    assertThat(plan(shape, shape).sum(true, ALL, true))
        .isEqualTo(
            "SELECT COUNT(*),COALESCE(SUM(CAST(CONV(LEFT(MD5(CONCAT_WS(',','',IFNULL((`i`+0),'-'),"
                + "IFNULL(POW(`f`,1),'-'),IFNULL(CAST(`d` AS CHAR),'-'),IFNULL(MD5(HEX(`g`)),'-'),"
                + "IFNULL(MD5(CAST(`b` AS BINARY)),'-'))),16),16,10) AS UNSIGNED)),0) FROM"
                + " `s```.`t`");
  }

  @Test
  void aDoubleOfSoManyDigitsIsComparedByThem() {
    Shape four = shape(List.of(), new Column("d", "double", "", "", false, "4"));
    Shape any = shape(List.of(), column("d", "double"));
    assertThat(plan(four, four).sum(true, ALL, true)).contains("IFNULL(CAST(`d` AS CHAR),'-')");
    assertThat(plan(four, any).sum(true, ALL, true)).contains("IFNULL(POW(`d`,1),'-')");
  }

  @Test
  void differingColumnsAreNamedInTheUpstreamsOrder() {
    Shape shape = shape(List.of(), column("j", "json"), column("v", "int"), column("k", "json"));
    assertThat(plan(shape, shape).ordered(List.of("k", "v", "j"))).containsExactly("j", "v", "k");
  }

  @Test
  void textsOfDifferentCharsetsAreComparedInOne() {
    Shape one = shape(List.of(), text("v", "varchar", "latin1", "latin1_swedish_ci"));
    Shape other = shape(List.of(), text("v", "varchar", "utf8mb4", "utf8mb4_bin"));
    assertThat(plan(one, one).sum(true, ALL, true)).contains("MD5(CAST(`v` AS BINARY))");
    assertThat(plan(one, other).sum(true, ALL, true)).contains("MD5(CONVERT(`v` USING utf8mb4))");
  }

  @Test
  void aTextKeyIsOrderedInOneWayWhereCollationsDiffer() {
    Shape one = shape(List.of(List.of("v")), text("v", "varchar", "utf8mb4", "utf8mb4_0900_ai_ci"));
    Shape other =
        shape(List.of(List.of("v")), text("v", "varchar", "utf8mb4", "utf8mb4_uca1400_ai_ci"));
    Range range = new Range(Optional.of(List.of("\u00e4'")), Optional.empty());
    assertThat(plan(one, one).keyAt(false, range, 1))
        .endsWith("WHERE `v`>_utf8mb4 x'c3a427' ORDER BY `v` LIMIT 0,1");
    assertThat(plan(one, other).keyAt(false, range, 1))
        .endsWith(
            "WHERE CONVERT(`v` USING utf8mb4) COLLATE utf8mb4_bin>_utf8mb4 x'c3a427' COLLATE"
                + " utf8mb4_bin ORDER BY CONVERT(`v` USING utf8mb4) COLLATE utf8mb4_bin LIMIT 0,1");
  }

  @Test
  void theFirstKeyThatServesIsTaken() {
    Shape shape =
        shape(
            List.of(List.of("f"), List.of("e"), List.of("gone"), List.of("n", "i")),
            column("f", "double"),
            column("e", "enum"),
            column("i", "bigint"),
            column("n", "decimal"));
    assertThat(plan(shape, shape).key()).extracting(ColumnPair::name).containsExactly("n", "i");
    Shape without = shape(List.of(List.of("f")), column("f", "double"));
    assertThat(plan(without, without).key()).isEmpty();
  }

  @Test
  void documentsCountInSumsOnlyWhereTheyAreWrittenAlike() {
    Shape json = shape(List.of(List.of("i")), column("i", "int"), column("j", "json"));
    Shape longtext =
        shape(
            List.of(List.of("i")),
            column("i", "int"),
            text("j", "longtext", "utf8mb4", "utf8mb4_bin"));
    TablePlan alike = plan(json, json);
    assertThat(alike.isSummable()).isTrue();
    assertThat(alike.sum(true, ALL, true)).contains("`j`");
    assertThat(alike.sum(true, ALL, false)).doesNotContain("`j`");
    TablePlan foreign = TablePlan.of(TABLE, json, longtext, false);
    assertThat(foreign.isSummable()).isFalse();
    assertThat(foreign.sum(true, ALL, true)).doesNotContain("`j`");
    assertThat(foreign.rows(true, ALL))
        .startsWith("SELECT (`i`+0),MD5(")
        .contains(",CAST(`j` AS CHAR) FROM");
  }
}

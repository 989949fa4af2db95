package io.millrace.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.filter.ChangefeedFilter.Decision;
import io.millrace.core.filter.TableFilter.Imports;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangefeedFilterTest {
  private static final TableName IN = new TableName("in", "t");
  private static final TableName IN_TOO = new TableName("in", "u");
  private static final TableName OUT = new TableName("out", "t");
  private static final TableName OUT_TOO = new TableName("out", "u");

  private final ChangefeedFilter filter = filter("in.*");

  @Test
  void theLedgerOfASinkIsNoTableOfAnybody() {
    ChangefeedFilter all =
        ChangefeedFilter.of(
            ChangefeedSpec.builder("blackhole://").build(), TableFilter.Imports.REFUSED);
    assertThat(all.matches(new TableName("millrace", "slot"))).isFalse();
    assertThat(all.matches(new TableName("millrace2", "slot"))).isTrue();
  }

  @Test
  void acceptsEverythingButSystemSchemasWithoutRules() {
    ChangefeedFilter all = filter();
    assertThat(all.matches(OUT)).isTrue();
    assertThat(all.matches(new TableName("mysql", "user"))).isFalse();
    assertThat(all.matches(new TableName("Performance_Schema", "x"))).isFalse();
    assertThat(all.matchesSchema("SYS")).isFalse();
    assertThat(filter("mysql.*").matches(new TableName("mysql", "user"))).isFalse();
    assertThat(filter("").matches(IN)).isFalse();
  }

  @Test
  void aPartitionIsExchangedBetweenTablesOfTheRulesOrOfNone() {
    DdlType exchange = DdlType.EXCHANGE_TABLE_PARTITION;
    TableName partner = new TableName(IN.schema(), "partner");
    assertThat(decide(exchange, TableChange.altered(IN), TableChange.altered(partner)))
        .isEqualTo(Decision.APPLIED);
    assertThat(decide(exchange, TableChange.altered(OUT))).isEqualTo(Decision.IRRELEVANT);
    assertThatThrownBy(() -> decide(exchange, TableChange.altered(IN), TableChange.altered(OUT)))
        .hasMessageContaining("ignore_txn_start_ts")
        .extracting(e -> ((CdcException) e).code())
        .isEqualTo(StandardErrorCode.TABLE_INELIGIBLE);
  }

  @Test
  void letterCaseMattersInRules() {
    assertThat(filter.matches(new TableName("IN", "t"))).isFalse();
  }

  @Test
  void refusesFilesWhereTold() {
    assertThatThrownBy(() -> filter("@/etc/hosts"))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("cannot be imported");
  }

  @Test
  void appliesChangesOfAcceptedTables() {
    assertThat(decide(DdlType.ADD_COLUMN, TableChange.altered(IN))).isEqualTo(Decision.APPLIED);
    assertThat(decide(DdlType.CREATE_TABLE, TableChange.made(IN))).isEqualTo(Decision.APPLIED);
    assertThat(decide(DdlType.DROP_TABLE, TableChange.dropped(IN))).isEqualTo(Decision.APPLIED);
    assertThat(decide(DdlType.ADD_COLUMN, TableChange.altered(OUT))).isEqualTo(Decision.IRRELEVANT);
    assertThat(decide(DdlType.OTHER, TableChange.altered(OUT))).isEqualTo(Decision.IRRELEVANT);
    assertThat(decide(DdlType.CREATE_SEQUENCE, TableChange.made(IN)))
        .isEqualTo(Decision.IRRELEVANT);
  }

  @Test
  void appliesToDatabasesWhatMessagesDoNotTell() {
    for (DdlType type : List.of(DdlType.OTHER, DdlType.ADD_CHECK_CONSTRAINT)) {
      assertThat(decide(type, TableChange.altered(IN))).isEqualTo(Decision.APPLIED);
      assertThat(ChangefeedFilter.isApplied(type.code())).isFalse();
    }
  }

  @Test
  void judgesAStatementNotUnderstoodByTheSchemaItRanIn() {
    assertThat(filter.decide(change(DdlType.OTHER, "in"))).isEqualTo(Decision.APPLIED);
    assertThat(filter.decide(change(DdlType.OTHER, "out"))).isEqualTo(Decision.IRRELEVANT);
    assertThat(filter.decide(change(DdlType.OTHER, ""))).isEqualTo(Decision.IRRELEVANT);
  }

  @Test
  void appliesChangesOfAcceptedSchemas() {
    assertThat(filter.decide(change(DdlType.CREATE_SCHEMA, "in"))).isEqualTo(Decision.APPLIED);
    assertThat(filter.decide(change(DdlType.DROP_SCHEMA, "out"))).isEqualTo(Decision.IRRELEVANT);
    assertThat(filter().decide(change(DdlType.DROP_SCHEMA, "mysql")))
        .isEqualTo(Decision.IRRELEVANT);
  }

  @Test
  void followsOnlyTheTablesOfAStatementThatConcernIt() {
    SchemaChange drop =
        change(
            DdlType.DROP_TABLE,
            "in",
            TableChange.dropped(OUT),
            TableChange.dropped(IN),
            TableChange.dropped(IN_TOO));
    assertThat(filter.decide(drop)).isEqualTo(Decision.APPLIED);
    assertThat(filter.concerned(drop))
        .containsExactly(TableChange.dropped(IN), TableChange.dropped(IN_TOO));
  }

  @Test
  void judgesRenamesByBothNames() {
    assertThat(decide(DdlType.RENAME_TABLE, TableChange.renamed(IN, IN_TOO)))
        .isEqualTo(Decision.APPLIED);
    assertThat(decide(DdlType.RENAME_TABLE, TableChange.renamed(IN, OUT)))
        .isEqualTo(Decision.APPLIED);
    assertThat(decide(DdlType.RENAME_TABLE, TableChange.renamed(OUT, OUT_TOO)))
        .isEqualTo(Decision.IRRELEVANT);
    SchemaChange both =
        change(
            DdlType.RENAME_TABLES,
            "in",
            TableChange.renamed(OUT, OUT_TOO),
            TableChange.renamed(IN, IN_TOO));
    assertThat(filter.concerned(both)).containsExactly(TableChange.renamed(IN, IN_TOO));
  }

  private static ChangefeedFilter ignoring(TableName table, String... events) {
    return ChangefeedFilter.of(
        ChangefeedSpec.builder("blackhole://")
            .filterRules(List.of("in.*"))
            .eventFilters(
                List.of(
                    new EventFilter(
                        List.of(table.toString()), List.of(events), List.of("comment$"))))
            .build(),
        TableFilter.Imports.REFUSED);
  }

  @Test
  void followsWhatAnEventFilterLeavesOut() {
    ChangefeedFilter filter = ignoring(IN, "drop table", "rename table", "drop database", "delete");
    assertThat(filter.decide(change(DdlType.DROP_TABLE, "in", TableChange.dropped(IN))))
        .isEqualTo(Decision.TRACKED);
    assertThat(filter.decide(change(DdlType.DROP_TABLE, "in", TableChange.dropped(IN_TOO))))
        .isEqualTo(Decision.APPLIED);
    assertThat(filter.decide(change(DdlType.ADD_COLUMN, "in", TableChange.altered(IN))))
        .isEqualTo(Decision.APPLIED);
    assertThat(filter.decide(change(DdlType.DROP_SCHEMA, "in"))).isEqualTo(Decision.TRACKED);
    assertThat(filter.ignoredRows(IN)).containsExactly(RowChange.Kind.DELETE);
    assertThat(filter.ignoredRows(IN_TOO)).isEmpty();
  }

  @Test
  void appliesTheTablesOfAStatementThatNoEventFilterLeavesOut() {
    ChangefeedFilter filter =
        ignoring(IN, "drop table", "rename table", "exchange table partition");
    SchemaChange drop =
        change(DdlType.DROP_TABLE, "in", TableChange.dropped(IN), TableChange.dropped(IN_TOO));
    assertThat(filter.decide(drop)).isEqualTo(Decision.APPLIED);
    assertThat(filter.applied(drop)).containsExactly(TableChange.dropped(IN_TOO));
    assertThat(filter.concerned(drop)).hasSize(2);
    TableName other = new TableName("in", "other");
    SchemaChange swap =
        change(
            DdlType.RENAME_TABLES,
            "in",
            TableChange.renamed(IN, other),
            TableChange.renamed(IN_TOO, IN),
            TableChange.renamed(other, IN_TOO));
    assertThat(filter.decide(swap)).isEqualTo(Decision.TRACKED);
    SchemaChange exchange =
        change(
            DdlType.EXCHANGE_TABLE_PARTITION,
            "in",
            TableChange.altered(IN_TOO),
            TableChange.altered(IN));
    assertThat(filter.decide(exchange)).isEqualTo(Decision.TRACKED);
  }

  @Test
  void aTableRenamedInStepsCountsByItsFirstAndLastName() {
    List<TableChange> swap =
        List.of(
            TableChange.renamed(IN, OUT),
            TableChange.renamed(IN_TOO, IN),
            TableChange.renamed(OUT, IN_TOO));
    SchemaChange inside = change(DdlType.RENAME_TABLES, "in", swap.toArray(TableChange[]::new));
    assertThat(filter.concerned(inside)).isEqualTo(swap);
    SchemaChange outside =
        change(
            DdlType.RENAME_TABLES,
            "in",
            TableChange.renamed(OUT, IN),
            TableChange.renamed(IN, OUT_TOO));
    assertThat(filter.decide(outside)).isEqualTo(Decision.IRRELEVANT);
    SchemaChange ghost =
        change(
            DdlType.RENAME_TABLES,
            "in",
            TableChange.renamed(IN, OUT_TOO),
            TableChange.renamed(OUT, IN));
    assertThatThrownBy(() -> filter.decide(ghost)).hasMessageContainingAll("'out.t'", "'in.t'");
  }

  @Test
  void stopsWhereARenameBringsInATableThatWasOutside() {
    for (DdlType type : List.of(DdlType.RENAME_TABLE, DdlType.MULTI_SCHEMA_CHANGE)) {
      assertThatThrownBy(() -> decide(type, TableChange.renamed(OUT, IN)))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SYNC_RENAME_TABLE_FAILED))
          .hasMessageContainingAll("'out.t'", "'in.t'", "[some ddl]", "filter_rules");
    }
  }

  @Test
  void tracksTheAdoptionOfTablesItCanReplicate() {
    assertThat(adopt(filter, keyed(IN, true))).isEqualTo(Decision.TRACKED);
    assertThat(adopt(filter, keyed(IN, false))).isEqualTo(Decision.IRRELEVANT);
    assertThat(adopt(filter, keyed(OUT, true))).isEqualTo(Decision.IRRELEVANT);
    assertThat(adopt(forced(), keyed(IN, false))).isEqualTo(Decision.TRACKED);
    assertThat(decide(DdlType.ADOPT_TABLE, TableChange.made(IN))).isEqualTo(Decision.TRACKED);
  }

  @Test
  void leavesOutListedTransactions() {
    ChangefeedFilter ignoring =
        ChangefeedFilter.of(
            ChangefeedSpec.builder("blackhole://").ignoreTxnStartTs(List.of(new Tso(7))).build(),
            Imports.REFUSED);
    SchemaChange change = change(DdlType.ADD_COLUMN, "in", TableChange.altered(IN));
    assertThat(ignoring.isIgnored(new Tso(7))).isTrue();
    assertThat(ignoring.isIgnored(new Tso(8))).isFalse();
    assertThat(ignoring.decide(change)).isEqualTo(Decision.IRRELEVANT);
    assertThat(filter.decide(change)).isEqualTo(Decision.APPLIED);
  }

  @Test
  void namesTablesThatCannotBeReplicated() {
    List<TableSchema> tables = List.of(keyed(IN, false), keyed(IN_TOO, true), keyed(OUT, false));
    assertThat(filter.ineligible(tables)).containsExactly(IN);
    assertThat(forced().ineligible(tables)).isEmpty();
    assertThat(filter.accepts(keyed(IN, true))).isTrue();
    assertThat(filter.accepts(keyed(IN, false))).isFalse();
    assertThat(filter.accepts(keyed(OUT, true))).isFalse();
    assertThat(filter.accepts(new TableSchema(IN, List.of(), List.of(), true))).isTrue();
  }

  private static ChangefeedFilter filter(String... rules) {
    return ChangefeedFilter.of(
        ChangefeedSpec.builder("blackhole://").filterRules(List.of(rules)).build(),
        Imports.REFUSED);
  }

  private static ChangefeedFilter forced() {
    return ChangefeedFilter.of(
        ChangefeedSpec.builder("blackhole://")
            .filterRules(List.of("in.*"))
            .forceReplicate(true)
            .build(),
        Imports.REFUSED);
  }

  private Decision decide(DdlType type, TableChange... tables) {
    return filter.decide(change(type, "in", tables));
  }

  private static Decision adopt(ChangefeedFilter filter, TableSchema table) {
    return filter.decide(
        change(
            DdlType.ADOPT_TABLE,
            "in",
            new TableChange(Optional.empty(), Optional.of(table.name()), Optional.of(table))));
  }

  private static SchemaChange change(DdlType type, String schema, TableChange... tables) {
    return new SchemaChange(
        new SourcePosition("s", 1, 4, 0, ""),
        new Tso(7),
        new Tso(7),
        type,
        schema,
        "some ddl",
        List.of(tables));
  }

  private static TableSchema keyed(TableName name, boolean keyed) {
    return new TableSchema(
        name,
        List.of(Column.builder("id", ColumnType.INT).nullable(false).build()),
        keyed ? List.of(TableSchema.Key.primary(List.of(0))) : List.of());
  }
}

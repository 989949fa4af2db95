package io.millrace.core.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.RunningError;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.changefeed.Difference;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.changefeed.Verification;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.meta.PositionRecord.Failure;
import io.millrace.core.meta.PositionRecord.Outcome;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.SpecRecord.Wish;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store of version 1 holds must be read by every release that calls itself version 1. */
class StoredJsonTest {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00.123Z");
  private static final SourcePosition PLACE =
      new SourcePosition("3E11FA47-71CA-11E1-9E33-C80AA9429562", 7, 4096, 0, "binlog.000007;1-5");
  private static final Resolved RESOLVED =
      new Resolved(
          Tso.MAX,
          PLACE,
          new Restart(
              new SourcePosition("3E11FA47-71CA-11E1-9E33-C80AA9429562", 7, 4, 2, ""),
              new Tso(462000000000000000L)));
  private static final RunningError ERROR =
      new RunningError(AT, "127.0.0.1:8300", "CDC:ErrExecDDLFailed", "no \"such\" table");
  private static final TableName TABLE = new TableName("shop", "order\u00e9s");
  private static final TableSchema SCHEMA =
      new TableSchema(
          TABLE,
          List.of(
              Column.builder("id", ColumnType.BIGINT).unsigned(true).nullable(false).build(),
              Column.builder("kind", ColumnType.ENUM)
                  .charset("utf8mb4")
                  .labels(List.of("a", "b"))
                  .defaultValue("a")
                  .build(),
              Column.builder("sum", ColumnType.DECIMAL)
                  .length(10)
                  .scale(2)
                  .generated(Column.Generated.STORED)
                  .visible(false)
                  .build()),
          List.of(TableSchema.Key.primary(List.of(0))));

  static Stream<Object> records() {
    return Stream.of(
        new CaptureRecord("127.0.0.1:8300", "v0.1.0", 4711, Set.of("mysql"), Set.of("audit")),
        new CandidateRecord(),
        new UpstreamRecord(PLACE, new Tso(462000000000000000L), PLACE, Optional.empty()),
        new RoundRecord(AT),
        new SpecRecord(
            ChangefeedSpec.builder("mysql://root:secret@127.0.0.1:4000/?safe-mode=true")
                .id("shop-1")
                .startTs(new Tso(462000000000000000L))
                .targetTs(Tso.MAX)
                .timezone("Asia/Shanghai")
                .forceReplicate(true)
                .ignoreIneligibleTable(true)
                .filterRules(List.of("shop.*", "!shop.old"))
                .ignoreTxnStartTs(List.of(new Tso(1), Tso.MAX))
                .mounterWorkerNum(16)
                .sinkConfig(
                    new SinkConfig(
                        List.of(new DispatchRule(List.of("shop.*"), "ts")),
                        Optional.of("canal-json"),
                        Map.of("csv.delimiter", ";")))
                .build(),
            "0b9c8a3e-6a44-4f0e-9a0e-3f8d3b0f7a11",
            Wish.STOPPED,
            3,
            RESOLVED,
            AT,
            "v0.1.0"),
        new StatusRecord(
            3,
            ChangefeedState.ERROR,
            true,
            RESOLVED,
            Optional.of(new SchemaTurn(PLACE, SchemaTurn.Phase.APPLYING, new CaptureId("c-1"))),
            Optional.of(ERROR),
            List.of(AT),
            Optional.of(AT.plusSeconds(10)),
            Optional.of(AT),
            true,
            12),
        new SchemaRecord(new TableId(11), TABLE, Optional.of(SCHEMA), PLACE),
        new TaskRecord(
            true,
            Map.of(
                new TableId(1), Optional.<Resolved>empty(), new TableId(2), Optional.of(RESOLVED)),
            Map.of(new TableId(3), new TaskRecord.Leaving(Optional.of(new CaptureId("c-2"))))),
        new PositionRecord(
            42,
            RESOLVED,
            Tso.MAX,
            Map.of(new TableId(3), RESOLVED),
            Optional.of(
                new SchemaChange(
                    PLACE,
                    new Tso(5),
                    new Tso(6),
                    DdlType.ADOPT_TABLE,
                    "shop",
                    "",
                    List.of(
                        new TableChange(
                            Optional.of(TABLE), Optional.of(TABLE), Optional.of(SCHEMA))))),
            Optional.of(new Failure(ERROR, true)),
            Optional.of(new StoppedTurn(PLACE, 40, Outcome.UNKNOWN)),
            Optional.empty()),
        new HoldRecord("run", Optional.of(PLACE)),
        new VerificationRecord(
            "run",
            new CaptureId("c-1"),
            new Verification(
                Verification.State.FAILED,
                Optional.of(AT),
                Optional.of(AT.plusSeconds(1)),
                Optional.of(Tso.MAX),
                Optional.of(PLACE.toString()),
                3,
                2,
                1_000,
                2,
                List.of(
                    new Difference(
                        Difference.Kind.ROW_DIFFERENT, TABLE, Map.of("id", "1"), List.of("v")),
                    new Difference(Difference.Kind.TABLE_MISSING, TABLE, Map.of(), List.of())),
                List.of(new Verification.LeftOut(TABLE, "altered")),
                Optional.of("why"))));
  }

  @ParameterizedTest
  @MethodSource("records")
  void aStoreOfVersionOneIsReadAndWrittenAsItWas(Object record) throws IOException {
    String kept = kept(record.getClass());
    assertThat(StoredJson.write(record)).isEqualTo(kept);
    Object read = StoredJson.read("key", kept, record.getClass());
    assertThat(read).isEqualTo(record);
    // equality leaves the detail of positions out, the text does not
    assertThat(StoredJson.write(read)).isEqualTo(kept);
  }

  @Test
  void whenTheUpstreamsLogWasBegunIsKeptWhereItIsKnown() {
    UpstreamRecord record = new UpstreamRecord(PLACE, new Tso(20), PLACE, Optional.of(new Tso(10)));
    assertThat(StoredJson.read("key", StoredJson.write(record), UpstreamRecord.class))
        .isEqualTo(record);
  }

  @Test
  void whatIsHeldIsKept() {
    PositionRecord record =
        new PositionRecord(
            42,
            RESOLVED,
            Tso.MAX,
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new PositionRecord.Held("run", Optional.of(PLACE))));
    assertThat(StoredJson.read("key", StoredJson.write(record), PositionRecord.class))
        .isEqualTo(record);
    HoldRecord hold = new HoldRecord("run", Optional.empty());
    assertThat(StoredJson.read("key", StoredJson.write(hold), HoldRecord.class)).isEqualTo(hold);
  }

  @Test
  void whatASchemaChangeRanUnderIsKept() {
    SchemaChange change =
        new SchemaChange(
            PLACE,
            new Tso(5),
            new Tso(6),
            DdlType.DROP_VIEW,
            "shop",
            "DROP VIEW \"v\"",
            List.of(TableChange.dropped(TABLE)),
            List.of("ANSI_QUOTES"),
            Optional.of(AT),
            Optional.of("Asia/Shanghai"),
            Map.of("collation_server", "utf8mb4_bin"));
    PositionRecord record =
        new PositionRecord(
            42,
            RESOLVED,
            Tso.MAX,
            Map.of(),
            Optional.of(change),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    PositionRecord read = StoredJson.read("key", StoredJson.write(record), PositionRecord.class);
    assertThat(read.waiting()).contains(change);
  }

  private static String kept(Class<?> type) throws IOException {
    String name = type.getSimpleName() + "-1.json";
    try (InputStream in = StoredJsonTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  @Test
  void whatRulesAndSelectorsSayIsKept() {
    ChangefeedSpec spec =
        ChangefeedSpec.builder("kafka://h/t")
            .sinkConfig(
                new SinkConfig(
                    List.of(
                        new DispatchRule(
                            List.of("a.*"),
                            "index-value",
                            Optional.of("uk"),
                            List.of("c"),
                            Optional.of("{schema}"))),
                    Optional.empty(),
                    Map.of(),
                    List.of(new ColumnSelector(List.of("a.*"), List.of("!b")))))
            .build();
    SpecRecord record = new SpecRecord(spec, "i", Wish.RUNNING, 1, RESOLVED, AT, "v0.1.0");
    assertThat(StoredJson.read("key", StoredJson.write(record), SpecRecord.class))
        .isEqualTo(record);
  }

  @Test
  void anAbsentComponentIsEmpty() {
    TaskRecord read =
        StoredJson.read(
            "key", "{\"v\":1,\"run\":true,\"tables\":{},\"leaving\":{\"3\":{}}}", TaskRecord.class);
    assertThat(read.leaving().get(new TableId(3)).target()).isEmpty();
  }

  @Test
  void fieldsOfLaterReleasesAreSkipped() {
    String later = ",\"x\":[1,{\"at\":[]}],\"y\":{\"at\":\"z\"},\"w\":null,\"u\":1.5}";
    assertThat(
            StoredJson.read(
                "key", "{\"v\":1,\"at\":\"2026-11-25T00:00:00.123Z\"" + later, RoundRecord.class))
        .isEqualTo(new RoundRecord(AT));
    assertThat(
            StoredJson.read(
                    "key",
                    "{\"v\":1,\"run\":true,\"tables\":{},\"leaving\":{}" + later,
                    TaskRecord.class)
                .run())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"v\":1,\"at\":\"2026", "{\"v\":1,\"at\":[", "{", "[]", "", "nonsense"})
  void whatIsBrokenIsRefusedByName(String text) {
    for (Class<?> type : List.of(RoundRecord.class, TaskRecord.class)) {
      CdcException e =
          catchThrowableOfType(
              CdcException.class, () -> StoredJson.read("/millrace/c/round", text, type));
      assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_FAILED);
      assertThat(e).hasMessageContaining("/millrace/c/round");
    }
  }

  @Test
  void aLaterVersionIsRefusedByName() {
    CdcException e =
        catchThrowableOfType(
            CdcException.class,
            () -> StoredJson.read("/millrace/c/round", "{\"v\":2}", RoundRecord.class));
    assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_FAILED);
    assertThat(e).hasMessageContainingAll("/millrace/c/round", "version 2");
  }
}

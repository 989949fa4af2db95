package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.metrics.FeedMeter;
import io.millrace.core.metrics.Meters;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import io.millrace.rig.TcpProxy;
import io.millrace.testkit.event.Rows;
import io.millrace.testkit.sink.SinkFeed;
import java.nio.IntBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the ledger is for, over a table without any key. */
@Timeout(120)
final class ExactlyOnceIT {
  private static final TableSchema T = SinkFeed.table("t");

  private final MySqlSinkProvider provider = SinkRig.provider();
  private final String incarnation = UUID.randomUUID().toString();

  static Stream<Supplier<DbServer>> servers() {
    return Stream.of(Servers::mysql, Servers::mariaDb);
  }

  private static DbServer prepared(Supplier<DbServer> kind) {
    DbServer server = kind.get();
    server.execute(
        "DROP DATABASE IF EXISTS shop",
        "CREATE DATABASE shop",
        "CREATE TABLE shop.t(id BIGINT, note MEDIUMTEXT)");
    return server;
  }

  private Sink open(int port, String params, long epoch) {
    return provider.open(SinkRig.request(port, params, incarnation, "capture" + epoch, epoch));
  }

  private static void write(Sink sink, int first, int last) {
    for (int i = first; i <= last; i++) {
      sink.write(SinkFeed.transaction(i, SinkFeed.inserts(T, i)));
    }
  }

  private static void flush(Sink sink, int transaction) {
    Optional<Durable> wanted = Optional.of(new Durable(SinkFeed.resolvedAfter(transaction)));
    long end = System.nanoTime() + 60_000_000_000L;
    while (!sink.flush(SinkFeed.resolvedAfter(transaction)).equals(wanted)) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  private static void assertEachOnce(DbServer server, int count) throws SQLException {
    assertThat(ids(server)).isEqualTo(LongStream.rangeClosed(1, count).boxed().toList());
  }

  private static List<Long> ids(DbServer server) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = server.connection("shop");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM t ORDER BY id")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  private static long one(DbServer server, String query) throws SQLException {
    try (Connection connection = server.connection("shop");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aCutBetweenCommitAndItsAnswerRepeatsNothing(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    AtomicInteger commits = new AtomicInteger();
    try (StatementCutter cutter =
            new StatementCutter(
                server.port(),
                (last, text) -> text.endsWith("\u0003COMMIT") && isFourth(commits),
                false,
                () -> {});
        Sink sink = open(cutter.port(), "worker-count=3&max-txn-row=5", 1)) {
      write(sink, 1, 300);
      flush(sink, 300);
      assertThat(cutter.cuts()).isPositive();
    }
    assertEachOnce(server, 300);
  }

  private static boolean isFourth(AtomicInteger count) {
    int n = count.incrementAndGet();
    return n > 3 && n % 4 == 0;
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aWriterThatWakesUpLateWritesNothing(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    try (TcpProxy proxy = TcpProxy.to(server.port());
        Sink sleeper = open(proxy.port(), "worker-count=4&max-txn-row=7", 1)) {
      write(sleeper, 1, 50);
      flush(sleeper, 50);
      write(sleeper, 51, 60);
      proxy.pause();
      // it may stop at any step of this, as it would under SIGSTOP
      CompletableFuture<Void> asleep =
          CompletableFuture.runAsync(
              () -> {
                write(sleeper, 61, 150);
                flush(sleeper, 150);
              });
      try (Sink next = open(server.port(), "worker-count=2&max-txn-row=100", 2)) {
        write(next, 40, 200);
        flush(next, 200);
        assertEachOnce(server, 200);
        proxy.resume();
        assertThatThrownBy(() -> asleep.get(30, TimeUnit.SECONDS))
            .hasCauseInstanceOf(CdcException.class);
        write(next, 201, 210);
        flush(next, 210);
      }
    }
    assertEachOnce(server, 210);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void batchesAndWorkersMayChangeBetweenRuns(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    String[] settings = {
      "worker-count=1&max-txn-row=1",
      "worker-count=16&max-txn-row=9",
      "worker-count=3",
      "worker-count=2&batch-dml-enable=false",
      "worker-count=5&multi-stmt-enable=false"
    };
    for (int run = 0; run < settings.length; run++) {
      try (Sink sink = open(server.port(), settings[run], run + 1)) {
        // each row of a transaction has its own number; all is read again from the beginning
        for (int i = 0; i < 40 * (run + 1); i++) {
          sink.write(
              SinkFeed.transaction(i + 1, SinkFeed.inserts(T, 3L * i + 1, 3L * i + 2, 3L * i + 3)));
        }
        if (run % 2 == 0) {
          flush(sink, 20 * (run + 1));
        }
      }
    }
    try (Sink sink = open(server.port(), "worker-count=4", 9)) {
      for (int i = 0; i < 200; i++) {
        sink.write(
            SinkFeed.transaction(i + 1, SinkFeed.inserts(T, 3L * i + 1, 3L * i + 2, 3L * i + 3)));
      }
      flush(sink, 200);
    }
    assertEachOnce(server, 600);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void rowsThatAreNotThereAreCounted(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    server.executeIn("shop", "ALTER TABLE t ADD PRIMARY KEY(id)");
    Meters meters = new Meters(Ticker.systemTicker());
    SinkRequest request = SinkRig.request(server.port(), "", incarnation, "capture1", 1);
    FeedMeter meter = meters.of(request.changefeed());
    try (Sink sink = SinkRig.provider(meters).open(request)) {
      write(sink, 1, 6);
      flush(sink, 6);
      server.executeIn("shop", "DELETE FROM t WHERE id IN (2, 4, 6)");
      sink.write(
          SinkFeed.transaction(
              7,
              List.of(
                  Rows.update(T, List.of(1L, "row 1"), List.of(1L, "row 1")),
                  Rows.update(T, List.of(2L, "row 2"), List.of(2L, "other")),
                  Rows.delete(T, 3L, "row 3"),
                  Rows.delete(T, 4L, "row 4"))));
      flush(sink, 7);
      assertThat(meter.missedRows()).isEqualTo(2);
      assertThat(ids(server)).containsExactly(1L, 5L);
    }
    // what may be written before need not be there
    SinkRequest safe = SinkRig.request(server.port(), "safe-mode=true", incarnation, "capture2", 2);
    try (Sink sink = SinkRig.provider(meters).open(safe)) {
      sink.write(SinkFeed.transaction(8, List.of(Rows.delete(T, 6L, "row 6"))));
      flush(sink, 8);
      assertThat(meter.missedRows()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aWatermarkIsNeverLowered(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    String mark =
        "SELECT COALESCE(MAX(log_offset), 0) FROM millrace.watermark WHERE feed=(SELECT id FROM"
            + " millrace.feed WHERE incarnation='"
            + incarnation
            + "')";
    try (Sink sink = open(server.port(), "", 1)) {
      // by one more transaction it is noted that the table has rows to be compacted
      write(sink, 1, 100);
      int last = 100;
      while (one(server, mark) == 0) {
        flush(sink, last);
        write(sink, ++last, last);
      }
      flush(sink, last);
      long raised = one(server, mark);
      try (Sink next = open(server.port(), "worker-count=2", 2)) {
        // it begins long before the watermark, and has a new row in flight when it compacts
        write(next, 1, 3);
        flush(next, 3);
        write(next, last + 1, last + 1);
        long end = System.nanoTime() + 1_500_000_000L;
        while (System.nanoTime() < end) {
          flush(next, 3);
        }
      }
      assertThat(one(server, mark)).isGreaterThanOrEqualTo(raised);
      try (Sink third = open(server.port(), "", 3)) {
        write(third, 1, last + 2);
        flush(third, last + 2);
      }
      assertEachOnce(server, last + 2);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aDownstreamThatWentBackStopsTheFeed(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    try (TcpProxy proxy = TcpProxy.to(server.port());
        Sink sink = open(proxy.port(), "worker-count=1", 1)) {
      write(sink, 1, 10);
      flush(sink, 10);
      proxy.cut();
      // what a replica that lags has of it
      server.execute("UPDATE millrace.slot SET seq=0 WHERE seq>0 ORDER BY writer DESC LIMIT 1");
      write(sink, 11, 11);
      assertThatThrownBy(() -> flush(sink, 11))
          .hasMessageContaining("has lost transactions")
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.MYSQL_QUERY_ERROR);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aSilentServerKeepsNobodyWhoCloses(Supplier<DbServer> kind) throws Exception {
    DbServer server = prepared(kind);
    AtomicBoolean silent = new AtomicBoolean();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (StatementCutter cutter =
        new StatementCutter(
            server.port(),
            (last, text) -> {
              if (silent.get()) {
                asked.countDown();
                awaitOver(over);
              }
              return false;
            },
            false,
            () -> {})) {
      Sink sink = open(cutter.port(), "worker-count=4&timeout=30s&read-timeout=30s", 1);
      write(sink, 1, 10);
      flush(sink, 10);
      silent.set(true);
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(sink, 11, 40));
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      long begin = System.nanoTime();
      sink.close();
      assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
      over.countDown();
      assertThatThrownBy(() -> writing.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CdcException.class);
    }
  }

  private static void awaitOver(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aRenameToATableThatIsThereStopsTheFeed(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    server.executeIn("shop", "CREATE TABLE other(id BIGINT)");
    try (Sink sink = open(server.port(), "", 1)) {
      SchemaChange rename = change(1, DdlType.RENAME_TABLE, "RENAME TABLE t TO other");
      assertThatThrownBy(() -> sink.write(rename))
          .hasMessageContaining("RENAME_TABLE")
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.EXEC_DDL_FAILED);
    }
    assertThat(one(server, "SELECT COUNT(*) FROM t")).isZero();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aRefusedSchemaChangeIsToldAtOnce(Supplier<DbServer> kind) {
    DbServer server = prepared(kind);
    try (Sink sink = open(server.port(), "", 1)) {
      long begin = System.nanoTime();
      SchemaChange wide =
          change(1, DdlType.ADD_COLUMN, "ALTER TABLE t ADD COLUMN w TEXT COLLATE nowhere_ci");
      assertThatThrownBy(() -> sink.write(wide)).hasMessageContaining("ADD_COLUMN");
      assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void anOlderStoreIsRefusedUntilItTakesOver(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    try (Sink sink = open(server.port(), "", 7)) {
      write(sink, 1, 10);
      flush(sink, 10);
    }
    assertThatThrownBy(() -> open(server.port(), "", 5))
        .hasMessageContaining("takeover=7")
        .extracting(e -> ((CdcException) e).code())
        .isEqualTo(StandardErrorCode.EPOCH_BEHIND);
    try (Sink sink = open(server.port(), "takeover=7", 5)) {
      write(sink, 1, 20);
      flush(sink, 20);
    }
    try (Sink sink = open(server.port(), "takeover=7", 6)) {
      write(sink, 15, 25);
      flush(sink, 25);
    }
    assertThatThrownBy(() -> open(server.port(), "", 8)).isInstanceOf(CdcException.class);
    assertEachOnce(server, 25);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aCaptureThatIsGoneOpensNothing(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    try (Sink sink = open(server.port(), "", 1)) {
      write(sink, 1, 5);
      flush(sink, 5);
      provider.fence(
          SinkRig.request(server.port(), "", incarnation, "owner", 2), new CaptureId("capture1"));
      write(sink, 6, 6);
      assertThatThrownBy(() -> flush(sink, 6))
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.LEASE_LOST);
    }
    assertThatThrownBy(() -> open(server.port(), "", 1))
        .extracting(e -> ((CdcException) e).code())
        .isEqualTo(StandardErrorCode.LEASE_LOST);
    assertEachOnce(server, 5);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aLargeTransactionIsWrittenAsItComes(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    try (Sink sink = open(server.port(), "worker-count=2", 1)) {
      write(sink, 1, 1);
      for (int slice = 0; slice < 6; slice++) {
        sink.write(SinkFeed.slice(2, slice, false, large(2 + 10L * slice)));
      }
      assertThat(ids(server)).isSubsetOf(1L);
      for (int slice = 0; slice < 6; slice++) {
        sink.write(SinkFeed.slice(2, slice, false, large(2 + 10L * slice)));
      }
      assertThat(ids(server)).containsExactly(1L);
      sink.write(SinkFeed.slice(2, 6, true, List.of()));
      flush(sink, 2);
    }
    assertEachOnce(server, 61);
    try (Sink sink = open(server.port(), "", 2)) {
      for (int slice = 0; slice < 6; slice++) {
        sink.write(SinkFeed.slice(2, slice, slice == 5, large(2 + 10L * slice)));
      }
      flush(sink, 2);
    }
    assertEachOnce(server, 61);
  }

  private static List<RowChange> large(long first) {
    List<RowChange> rows = new ArrayList<>();
    for (long id = first; id < first + 10; id++) {
      rows.add(SinkFeed.insert(T, id, 1 << 20));
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("servers")
  void whatWasAppliedIsKnownUnderAnotherEventFilter(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    RowBatch whole = SinkFeed.transaction(1, SinkFeed.inserts(T, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    try (Sink sink = open(server.port(), "worker-count=2&max-txn-row=2", 1)) {
      sink.write(left(whole, 1, 2, 4, 7, 9));
      flush(sink, 1);
    }
    try (Sink sink = open(server.port(), "worker-count=3&max-txn-row=4", 2)) {
      sink.write(left(whole, 0, 4, 5));
      flush(sink, 1);
    }
    try (Sink sink = open(server.port(), "", 3)) {
      sink.write(whole);
      flush(sink, 1);
    }
    assertEachOnce(server, 10);
  }

  /** Returns what an event filter leaves of a transaction. */
  private static RowBatch left(RowBatch whole, int... numbers) {
    return new RowBatch(
        whole.position(),
        whole.startTs(),
        whole.commitTs(),
        0,
        Arrays.stream(numbers).mapToObj(whole.rows()::get).toList(),
        whole.bytes(),
        true,
        IntBuffer.wrap(numbers));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aColumnThatDoesNotHoldTheUpstreamsCharactersIsRefused(Supplier<DbServer> kind) {
    DbServer server = prepared(kind);
    server.executeIn("shop", "ALTER TABLE t MODIFY note MEDIUMTEXT CHARACTER SET latin1");
    try (Sink sink = open(server.port(), "", 1)) {
      assertThatThrownBy(() -> write(sink, 1, 1))
          .hasMessageContaining("column note of the table shop.t")
          .hasMessageContaining("latin1 downstream");
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aZoneThatTheServerDoesNotKnowIsTold(Supplier<DbServer> kind) {
    DbServer server = prepared(kind);
    SchemaChange at = change(1, DdlType.ADD_COLUMN, "ALTER TABLE t ADD COLUMN e DATETIME");
    SchemaChange zoned =
        new SchemaChange(
            at.position(),
            at.startTs(),
            at.commitTs(),
            at.type(),
            at.schema(),
            at.query(),
            at.tables(),
            List.of(),
            Optional.empty(),
            Optional.of("Asia/Shanghai"),
            Map.of());
    try (Sink sink = open(server.port(), "", 1)) {
      assertThatThrownBy(() -> sink.write(zoned))
          .hasMessageContaining("1298")
          .hasMessageContaining("does not know the time zone Asia/Shanghai")
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.EXEC_DDL_FAILED);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aRowThatIsThereAlreadyStopsTheFeedUnnamed(Supplier<DbServer> kind) {
    DbServer server = prepared(kind);
    server.executeIn(
        "shop", "ALTER TABLE t ADD PRIMARY KEY(id)", "INSERT INTO t VALUES (4711, 'other')");
    try (Sink sink = open(server.port(), "", 1)) {
      sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 4710, 4711)));
      assertThatThrownBy(() -> flush(sink, 1))
          .hasMessageContaining("shop.t")
          .hasMessageContaining("key columns id")
          .hasMessageContaining("ts " + SinkFeed.resolvedAfter(1).ts())
          .hasMessageNotContaining("4711")
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.MYSQL_DUPLICATE_ENTRY);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void withoutTheLedgerWhatMayRepeatReplaces(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    server.executeIn("shop", "ALTER TABLE t ADD PRIMARY KEY(id)");
    String params = "exactly-once=false&enable-ddl-ts=false&worker-count=3";
    for (long epoch = 1; epoch <= 2; epoch++) {
      try (Sink sink = provider.open(recent(server, params, epoch))) {
        write(sink, 1, 30);
        flush(sink, 30);
      }
    }
    assertEachOnce(server, 30);
  }

  private SinkRequest recent(DbServer server, String params, long epoch) {
    return SinkRig.request(server.port(), params, incarnation, "capture", epoch);
  }

  private static SchemaChange change(int transaction, DdlType type, String query) {
    SchemaChange at = SinkFeed.addColumn(transaction, T);
    return new SchemaChange(
        at.position(), at.startTs(), at.commitTs(), type, "shop", query, at.tables());
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aSchemaChangeBegunIsSettledByLooking(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    SchemaChange add = change(1, DdlType.ADD_COLUMN, "ALTER TABLE t ADD COLUMN (e INT, f INT)");
    try (Sink sink = open(server.port(), "", 1)) {
      sink.write(add);
    }
    String columns =
        "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema='shop' AND"
            + " table_name='t'";
    assertThat(one(server, columns)).isEqualTo(4);
    // the executor dies between statement and note
    server.execute("UPDATE millrace.ddl SET done=0 ORDER BY feed DESC LIMIT 1");
    try (Sink sink = open(server.port(), "", 2)) {
      sink.write(add);
    }
    assertThat(one(server, columns)).isEqualTo(4);
    assertThat(one(server, "SELECT done FROM millrace.ddl ORDER BY feed DESC LIMIT 1"))
        .isEqualTo(1);
    // it dies between note and statement
    SchemaChange drop = change(2, DdlType.DROP_COLUMN, "ALTER TABLE t DROP COLUMN f");
    try (Sink sink = open(server.port(), "", 3)) {
      sink.write(drop);
      assertThat(one(server, columns)).isEqualTo(3);
    }
    try (Sink late = open(server.port(), "", 4);
        Sink sink = open(server.port(), "", 5)) {
      sink.write(change(3, DdlType.ADD_COLUMN, "ALTER TABLE t ADD COLUMN g INT"));
      assertThatThrownBy(
              () -> late.write(change(4, DdlType.DROP_COLUMN, "ALTER TABLE t DROP COLUMN g")))
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.EPOCH_BEHIND);
      assertThat(one(server, columns)).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aTruncateIsNeverReplayedOverNewerRows(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    SchemaChange truncate = change(2, DdlType.TRUNCATE_TABLE, "TRUNCATE TABLE t");
    try (Sink sink = open(server.port(), "", 1)) {
      sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 99)));
      flush(sink, 1);
      sink.write(truncate);
      assertThat(ids(server)).isEmpty();
      sink.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 1, 2)));
      flush(sink, 3);
      sink.write(truncate);
    }
    try (Sink sink = open(server.port(), "", 2)) {
      sink.write(truncate);
    }
    assertEachOnce(server, 2);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aDroppedTableAmongOthersKeepsNoneBack(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    SourcePosition at = SinkFeed.addColumn(1, T).position();
    SchemaChange drop =
        new SchemaChange(
            at,
            Tso.ofMillis(1_000_000, 1),
            Tso.ofMillis(1_000_000, 1),
            DdlType.DROP_TABLE,
            "shop",
            "DROP TABLE `absent`,`t`",
            List.of(
                TableChange.dropped(SinkFeed.table("absent").name()),
                TableChange.dropped(T.name())));
    try (Sink sink = open(server.port(), "", 1)) {
      sink.write(drop);
    }
    assertThat(
            one(server, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='shop'"))
        .isZero();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void nothingIsNotedAnyMoreOfWhatWasRemoved(Supplier<DbServer> kind) throws SQLException {
    DbServer server = prepared(kind);
    SinkRequest request = SinkRig.request(server.port(), "", incarnation, "capture", 1);
    try (Sink sink = provider.open(request)) {
      write(sink, 1, 5);
      flush(sink, 5);
      sink.write(change(6, DdlType.ADD_COLUMN, "ALTER TABLE t ADD COLUMN e INT"));
      long feed =
          one(server, "SELECT id FROM millrace.feed WHERE incarnation='" + incarnation + "'");
      provider.forget(request);
      for (String table : List.of("applied", "watermark", "claim", "gone", "ddl", "writer")) {
        String count = "SELECT COUNT(*) FROM millrace." + table + " WHERE feed=" + feed;
        assertThat(one(server, count)).as(table).isZero();
      }
      assertThat(one(server, "SELECT COUNT(*) FROM millrace.feed WHERE id=" + feed)).isZero();
      write(sink, 7, 7);
      assertThatThrownBy(() -> flush(sink, 7)).isInstanceOf(CdcException.class);
    }
    provider.forget(request);
    assertEachOnce(server, 5);
  }
}

package io.millrace.core.sink.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import io.millrace.core.worker.Threads;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Acknowledgements in transactions of the callback's own database. */
@Timeout(60)
final class AckInTest {
  private static final TableSchema T = table("t");
  private static final TableSchema U = table("u");

  private final JdbcDataSource database = new JdbcDataSource();
  private final List<Sink> opened = new ArrayList<>();
  private final List<Changes> seen = new ArrayList<>();
  private long epoch;
  private Connection connection;

  private static TableSchema table(String name) {
    return new TableSchema(
        new TableName("s", name), List.of(Vectors.column("id", "int")), List.of());
  }

  @BeforeEach
  void connect() throws SQLException {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=200");
    connection = database.getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE taken (n INT)");
    }
    connection.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    opened.forEach(Sink::close);
    connection.close();
  }

  /** Takes a transaction as an embedder does: its rows and the acknowledgement in one. */
  private void take(Changes changes) throws SQLException {
    insert(changes);
    changes.ackIn(connection);
    connection.commit();
  }

  private void insert(Changes changes) throws SQLException {
    seen.add(changes);
    try (Statement statement = connection.createStatement()) {
      for (RowChange row : changes.rows()) {
        statement.execute("INSERT INTO taken VALUES (" + row.after().longAt(0) + ")");
      }
    }
  }

  private List<Integer> taken() throws SQLException {
    List<Integer> numbers = new ArrayList<>();
    try (Connection look = database.getConnection();
        Statement statement = look.createStatement();
        ResultSet rows = statement.executeQuery("SELECT n FROM taken ORDER BY n")) {
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
    }
    return numbers;
  }

  @Test
  void whatWasCommittedDoesNotComeAgainAfterACrashBeforeTheFlush() throws SQLException {
    Sink sink = open(this::take);
    sink.write(batch(1, T));
    sink.write(batch(2, U));
    sink.close();
    Sink next = open(this::take);
    next.write(batch(1, T));
    next.write(batch(2, U));
    assertThat(next.flush(resolved(3))).map(each -> each.upTo()).contains(resolved(3));
    next.write(batch(3, T));
    assertThat(taken()).containsExactly(1, 2, 3);
  }

  @Test
  void countsOnlyOnceTheCallersTransactionHasCommitted() throws SQLException {
    Sink sink =
        open(
            changes -> {
              insert(changes);
              changes.ackIn(connection);
            });
    sink.write(batch(1, T));
    assertThat(sink.flush(resolved(2))).isEmpty();
    connection.commit();
    assertThat(settled(sink, 2)).contains(resolved(2));
  }

  private static Optional<Resolved> settled(Sink sink, int transaction) {
    Optional<Resolved> durable = Optional.empty();
    long end = System.nanoTime() + 10_000_000_000L;
    while (durable.isEmpty() && System.nanoTime() < end) {
      durable = sink.flush(resolved(transaction)).map(each -> each.upTo());
    }
    return durable;
  }

  @Test
  void whatWasRolledBackComesAgain() throws SQLException {
    Sink sink =
        open(
            changes -> {
              insert(changes);
              changes.ackIn(connection);
              connection.rollback();
              throw new IllegalStateException("no more room");
            });
    assertThatThrownBy(() -> sink.write(batch(1, T))).hasMessageContaining("no more room");
    sink.close();
    Sink next = open(this::take);
    next.write(batch(1, T));
    assertThat(taken()).containsExactly(1);
  }

  @Test
  void anAcknowledgementCoversAllBeforeItOfEachTable() throws SQLException {
    List<Changes> gathered = new ArrayList<>();
    Sink sink = open(gathered::add);
    sink.write(batch(1, T));
    sink.write(batch(2, U));
    sink.write(batch(3, T));
    for (Changes each : gathered.subList(0, 2)) {
      insert(each);
    }
    gathered.get(1).ackIn(connection);
    gathered.get(1).ackIn(connection);
    gathered.get(0).ackIn(connection);
    connection.commit();
    sink.close();
    Sink next = open(this::take);
    next.write(batch(1, T));
    next.write(batch(2, U));
    next.write(batch(3, T));
    assertThat(taken()).containsExactly(1, 2, 3);
  }

  @Test
  void aLateWriterIsRefusedOnceAnotherHasTakenTheTableOver() throws SQLException {
    List<Changes> late = new ArrayList<>();
    Sink sink = open(late::add);
    sink.write(batch(1, T));
    Sink next = open(this::take);
    next.write(batch(1, T));
    insert(late.get(0));
    assertThatThrownBy(() -> late.get(0).ackIn(connection))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("another has taken it over");
    connection.rollback();
    assertThat(taken()).containsExactly(1);
  }

  @Test
  void takingOverWaitsForTheTransactionUnderWay() throws Exception {
    database.setURL(database.getURL().replace("LOCK_TIMEOUT=200", "LOCK_TIMEOUT=20000"));
    List<Changes> late = new ArrayList<>();
    Sink sink = open(late::add);
    sink.write(batch(1, T));
    insert(late.get(0));
    late.get(0).ackIn(connection);
    List<Changes> again = new ArrayList<>();
    Sink next = open(again::add);
    Thread writing = new Thread(() -> next.write(batch(1, T)));
    writing.start();
    while (writing.getState() == Thread.State.NEW || !waits()) {
      Thread.onSpinWait();
    }
    connection.commit();
    writing.join();
    assertThat(again).isEmpty();
    assertThat(taken()).containsExactly(1);
  }

  private boolean waits() throws SQLException {
    try (Connection look = database.getConnection();
        Statement statement = look.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT COUNT(*) FROM information_schema.sessions WHERE blocker_id IS NOT NULL")) {
      return rows.next() && rows.getInt(1) > 0;
    }
  }

  @Test
  void anEarlierEpochCannotTakeATableBack() {
    epoch = 5;
    Sink sink = open(this::take);
    sink.write(batch(1, T));
    epoch = 2;
    Sink old = open(this::take);
    assertThatThrownBy(() -> old.write(batch(2, T)))
        .isInstanceOfSatisfying(
            CdcException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.EPOCH_BEHIND))
        .hasMessageContaining("under epoch 6, this capture has 3");
  }

  @Test
  void rowsOfATableThatWasTakenElsewhereAreLeftOut() throws SQLException {
    Sink sink = open(this::take);
    sink.write(batch(1, T));
    Sink both = open(this::take);
    both.write(new RowBatch(at(1), ts(1), ts(1), 0, List.of(row(T, 1), row(U, 10)), 1, true));
    assertThat(taken()).containsExactly(1, 10);
    Sink again = open(this::take);
    again.write(new RowBatch(at(1), ts(1), ts(1), 0, List.of(row(T, 1), row(U, 10)), 1, true));
    assertThat(taken()).containsExactly(1, 10);
  }

  @Test
  void aLargeTransactionIsAcknowledgedByItsLastSlice() throws SQLException {
    Sink sink =
        open(
            changes -> {
              insert(changes);
              if (changes.endOfTransaction()) {
                changes.ackIn(connection);
                connection.commit();
              }
            });
    RowBatch first = new RowBatch(at(1), ts(1), ts(1), 0, List.of(row(T, 1)), 1, false);
    RowBatch second = new RowBatch(at(1), ts(1), ts(1), 1, List.of(row(U, 2)), 1, false);
    RowBatch last = new RowBatch(at(1), ts(1), ts(1), 2, List.of(), 1, true);
    for (RowBatch each : List.of(first, second, last)) {
      sink.write(each);
    }
    assertThatThrownBy(() -> seen.get(0).ackIn(connection))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("slice 0 does not end its transaction");
    sink.close();
    seen.clear();
    Sink next = open(this::take);
    for (RowBatch each : List.of(first, second, last)) {
      next.write(each);
    }
    assertThat(seen).isEmpty();
    assertThat(taken()).containsExactly(1, 2);
  }

  @Test
  void blockedForRoomItSeesWhatCommitsMeanwhile() throws Exception {
    List<Changes> gathered = new ArrayList<>();
    Sink sink = open("?max-pending-bytes=1", gathered::add);
    sink.write(new RowBatch(at(1), ts(1), ts(1), 0, List.of(row(T, 1)), 99, true));
    Thread writing = new Thread(() -> sink.write(batch(2, T)));
    writing.start();
    gathered.get(0).ackIn(connection);
    connection.commit();
    writing.join(20_000);
    assertThat(gathered).hasSize(2);
  }

  @Test
  void saysWhatIsMissing() throws SQLException {
    Sink without =
        new ConsumerSinkProvider(Map.of("audit", seen::add)).open(request("consumer://audit"));
    opened.add(without);
    without.write(batch(1, T));
    assertThatThrownBy(() -> seen.get(0).ackIn(connection))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("give the builder its DataSource");
    JdbcDataSource nowhere = new JdbcDataSource();
    nowhere.setURL("jdbc:h2:file:/nonexistent/x;IFEXISTS=TRUE");
    ConsumerSinkProvider provider =
        new ConsumerSinkProvider(
            Map.of("audit", seen::add), Map.of("audit", nowhere), new Threads());
    assertThatThrownBy(() -> provider.dial(request("consumer://audit"), Duration.ofSeconds(1)))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("the database of consumer 'audit' failed");
  }

  /** Crashes anywhere between callback, acknowledgement, commit and flush: each row once. */
  @Test
  void everyRowIsTakenOnceWhereverItBreaks() throws SQLException {
    Random random = new Random(7);
    int last = 300;
    int from = 1;
    int at = 1;
    int crashes = 0;
    Sink sink = open(changes -> breakable(changes, random));
    while (at <= last) {
      boolean broken = false;
      try {
        sink.write(batch(at, at % 3 == 0 ? U : T));
        at++;
        Optional<Resolved> durable = sink.flush(resolved(at)).map(each -> each.upTo());
        from = Math.max(from, durable.map(each -> (int) each.ts().value() + 1).orElse(from));
      } catch (CdcException e) {
        broken = true;
      }
      if (broken || random.nextInt(10) == 0) {
        crashes++;
        sink.close();
        connection.rollback();
        sink = open(changes -> breakable(changes, random));
        at = Math.max(from - random.nextInt(3), 1);
      }
    }
    assertThat(crashes).isGreaterThan(30);
    List<Integer> all = new ArrayList<>();
    for (int i = 1; i <= last; i++) {
      all.add(i);
    }
    assertThat(taken()).isEqualTo(all);
  }

  private void breakable(Changes changes, Random random) throws SQLException {
    insert(changes);
    breakNow(random);
    changes.ackIn(connection);
    breakNow(random);
    connection.commit();
    breakNow(random);
  }

  private static void breakNow(Random random) {
    if (random.nextInt(20) == 0) {
      throw new IllegalStateException("broken here");
    }
  }

  private Sink open(ChangeConsumer consumer) {
    return open("", consumer);
  }

  private Sink open(String query, ChangeConsumer consumer) {
    epoch++;
    Sink sink =
        new ConsumerSinkProvider(
                Map.of("audit", consumer), Map.of("audit", database), new Threads())
            .open(request("consumer://audit" + query));
    opened.add(sink);
    return sink;
  }

  private SinkRequest request(String uri) {
    return new SinkRequest(
        ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("feed"),
        "incarnation",
        new CaptureId("a"),
        Set.of(),
        epoch,
        new Tso(1),
        ZoneOffset.UTC);
  }

  private static RowChange row(TableSchema table, int number) {
    return FakeChange.insert(table, FakeRow.of(table, number));
  }

  private static RowBatch batch(int transaction, TableSchema table) {
    return new RowBatch(
        at(transaction),
        ts(transaction),
        ts(transaction),
        0,
        List.of(row(table, transaction)),
        10,
        true);
  }

  private static Tso ts(int transaction) {
    return new Tso(transaction);
  }

  private static SourcePosition at(int transaction) {
    return new SourcePosition("server", 1, transaction * 100L, 0, "");
  }

  /** Returns a promise that lies before a transaction. */
  private static Resolved resolved(int transaction) {
    return new Resolved(ts(transaction - 1), at(transaction));
  }
}

package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.rig.DbServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where streams begin, go on, and how far they promise to be. */
@Timeout(300)
final class PositionIT {
  /** What is demanded of idle and filtered logs. */
  private static final long LAG = Duration.ofSeconds(2).toNanos();

  private static final int TRANSACTIONS = 12;

  @ParameterizedTest
  @EnumSource
  void everyRestartGivesExactlyTheRest(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        for (int i = 0; i < TRANSACTIONS; i++) {
          server.executeIn(schema, insert(2 * i) + ",(" + (2 * i + 1) + ",'v')");
          if (i % 4 == 2) {
            server.execute("FLUSH BINARY LOGS");
          }
          probe.untilPromised(probe.source().now().end());
        }
        server.restart();
        server.executeIn(schema, insert(1000));
        probe.untilRows(2 * TRANSACTIONS + 1).untilPromised(probe.source().now().end());
        List<Restart> restarts =
            probe.events(Resolved.class).stream().map(Resolved::restart).distinct().toList();
        assertThat(restarts).hasSizeGreaterThan(TRANSACTIONS);
        for (Restart restart : restarts) {
          List<String> rest = rowsFrom(probe, restart.position());
          try (StreamProbe again = StreamProbe.at(server.uri(), schema, restart, Map.of())) {
            again.untilRows(rest.size()).untilPromised(probe.resolved().position());
            assertThat(again.rows()).as("from %s", restart).isEqualTo(rest);
          }
        }
      }
    }
  }

  private static List<String> rowsFrom(StreamProbe probe, SourcePosition position) {
    return probe.events(RowBatch.class).stream()
        .filter(batch -> !batch.position().isBefore(position))
        .flatMap(batch -> batch.rows().stream().map(StreamProbe::text))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void aTimeIsNeverLocatedTooLate(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        Tso begin = probe.source().now().ts();
        for (int i = 0; i < TRANSACTIONS; i++) {
          server.executeIn(schema, insert(i), "SELECT SLEEP(0.25)");
          if (i % 5 == 4) {
            server.execute("FLUSH BINARY LOGS");
          }
        }
        probe.untilRows(TRANSACTIONS);
        List<RowBatch> truth = probe.events(RowBatch.class);
        List<Tso> times = new ArrayList<>(List.of(begin));
        for (RowBatch batch : truth) {
          long millis = batch.commitTs().millis();
          IntStream.of(-1, 0, 1, 400).forEach(d -> times.add(Tso.ofMillis(millis + d, 0)));
        }
        for (Tso ts : times) {
          SourcePosition found = probe.source().locate(ts);
          assertThat(truth)
              .as("later than %s, located at %s", ts, found)
              .filteredOn(batch -> batch.commitTs().compareTo(ts) > 0)
              .allSatisfy(batch -> assertThat(batch.position()).isGreaterThanOrEqualTo(found));
        }
        // A second or two are read too much, not the whole log.
        SourcePosition last = probe.source().locate(Tso.ofMillis(time(truth, 1), 0));
        assertThat(last).isGreaterThan(truth.get(TRANSACTIONS / 2 - 2).position());
      }
    }
  }

  private static long time(List<RowBatch> batches, int fromEnd) {
    return batches.get(batches.size() - fromEnd).commitTs().millis();
  }

  @ParameterizedTest
  @EnumSource
  void aTimeBeforeTheLogIsRefused(Upstream upstream) {
    try (DbServer server = upstream.start();
        ChangeSource source = StreamProbe.source(server.uri())) {
      Tso early = Tso.ofMillis(source.now().ts().millis() - 3_600_000, 0);
      CdcException error = catchThrowableOfType(CdcException.class, () -> source.locate(early));
      assertThat(error.code()).isEqualTo(StandardErrorCode.START_TS_BEFORE_GC);
      assertThat(error).hasMessageContaining("binlog.000001:4");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsWrittenWithAClockSetBackAreNotLost(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(
            schema,
            insert(1),
            "SET timestamp=1000000000",
            insert(2),
            insert(3),
            "SET timestamp=1500000000",
            insert(4),
            "SET timestamp=DEFAULT",
            insert(5));
        probe.untilRows(5).untilPromised(probe.source().now().end());
        assertThat(probe.rows()).hasSize(5);
        // That labels ascend and promises are kept, the probe checks with each event.
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void idleAndFilteredLogsAreFollowed(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      String other = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        for (int i = 0; i < 3; i++) {
          server.executeIn(other, insert(i));
          Head head = probe.source().now();
          long begun = System.nanoTime();
          probe.untilPromised(head.end());
          assertThat(System.nanoTime() - begun).as("place").isLessThan(LAG);
          probe.until(() -> probe.resolved().ts().compareTo(head.ts()) >= 0);
          assertThat(System.nanoTime() - begun).as("time").isLessThan(LAG);
        }
        SourcePosition end = probe.source().now().end();
        probe.untilPromised(end);
        Tso ts = probe.resolved().ts();
        long begun = System.nanoTime();
        probe.until(() -> probe.resolved().ts().millis() >= ts.millis() + 3000);
        assertThat(System.nanoTime() - begun).isLessThan(LAG + 3_000_000_000L);
        assertThat(probe.source().now().end()).as("nothing written").isEqualTo(end);
        assertThat(probe.resolved().position()).isEqualTo(end);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKilledServerIsAwaited(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        for (int kill = 0; kill < 3; kill++) {
          server.executeIn(schema, insert(2 * kill));
          server.restart();
          server.executeIn(schema, insert(2 * kill + 1));
        }
        probe.untilRows(6);
        assertThat(probe.rows())
            .isEqualTo(IntStream.range(0, 6).mapToObj(i -> "+t[" + i + ", v]").toList());
      }
    }
  }

  private static String schema(DbServer server) {
    String schema = server.freshSchema();
    server.executeIn(schema, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(60))");
    return schema;
  }

  private static String insert(int id) {
    return "INSERT INTO t VALUES (" + id + ",'v')";
  }
}

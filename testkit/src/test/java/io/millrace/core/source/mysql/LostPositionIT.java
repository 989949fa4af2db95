package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.SourceRequest;
import io.millrace.api.source.StreamOptions;
import io.millrace.rig.DbServer;
import io.millrace.rig.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logs that no longer have what a stream needs: it stops and says so, and never jumps. */
@Timeout(300)
final class LostPositionIT {
  private static final long SOON = Duration.ofSeconds(10).toNanos();

  @ParameterizedTest
  @EnumSource
  void aLogPurgedWhileStoppedIsTold(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      Restart restart = now(server);
      server.executeIn(schema, insert(1));
      purge(server, 2);
      assertLost(refused(server.uri(), schema, restart), 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogPurgedWhileCutOffIsTold(Upstream upstream) {
    try (DbServer server = upstream.start();
        TcpProxy proxy = TcpProxy.to(server.port())) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri("root", proxy.port()), schema)) {
        server.executeIn(schema, insert(1));
        probe.untilRows(1);
        proxy.refuse();
        proxy.cut();
        server.executeIn(schema, insert(2));
        purge(server, 3);
        proxy.admit();
        long begun = System.nanoTime();
        assertLost(probe.error(), 3);
        assertThat(System.nanoTime() - begun).isLessThan(SOON);
        assertThat(probe.rows()).containsExactly("+t[1, v]");
      }
    }
  }

  private static void assertLost(CdcException error, int first) {
    assertThat(error.code()).isEqualTo(StandardErrorCode.SNAPSHOT_LOST_BY_GC);
    assertThat(error).hasMessageContaining("binlog.%06d:4".formatted(first));
  }

  /** Purges all but the last file, so many files in, once no reader holds the others. */
  private static void purge(DbServer server, int file) {
    for (int i = 1; i < file; i++) {
      server.execute("FLUSH BINARY LOGS");
    }
    long end = System.nanoTime() + SOON;
    try (ChangeSource source = StreamProbe.source(server.uri())) {
      do {
        assertThat(System.nanoTime()).as("the log is purged in time").isLessThan(end);
        server.execute("PURGE BINARY LOGS TO 'binlog.%06d'".formatted(file));
      } while (source.oldest().file() < file);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherServerIsTold(Upstream upstream) {
    try (DbServer server = upstream.start();
        DbServer other = upstream.start()) {
      String schema = schema(server);
      server.executeIn(schema, insert(1));
      Restart restart = now(server);
      CdcException error = refused(other.uri(), schema, restart);
      assertThat(error.code()).isEqualTo(StandardErrorCode.SOURCE_CHANGED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPositionAheadOfTheServerIsTold(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      Restart restart = now(server);
      SourcePosition at = restart.position();
      SourcePosition offset =
          new SourcePosition(at.server(), at.file(), at.offset() + 1000, 0, at.detail());
      SourcePosition file = new SourcePosition(at.server(), at.file() + 1, 4, 0, at.detail());
      for (SourcePosition ahead : new SourcePosition[] {offset, file}) {
        CdcException error = refused(server.uri(), schema, new Restart(ahead, restart.ts()));
        assertThat(error.code()).isEqualTo(StandardErrorCode.SOURCE_CHANGED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogResetWhileStoppedIsTold(Upstream upstream) {
    try (DbServer server = upstream.start()) {
      String schema = schema(server);
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        server.executeIn(schema, insert(1));
        probe.untilRows(1).untilPromised(probe.source().now().end());
        Restart restart = probe.resolved().restart();
        // The log must be begun in a later second to be told from the former one without GTIDs.
        server.executeIn(schema, "SELECT SLEEP(1.1)", "RESET MASTER");
        for (int i = 2; i < 40; i++) {
          server.executeIn(schema, insert(i));
        }
        try (StreamProbe again = StreamProbe.at(server.uri(), schema, restart, Map.of())) {
          assertThat(again.error().code()).isEqualTo(StandardErrorCode.SOURCE_CHANGED);
          assertThat(again.rows()).isEmpty();
        } catch (CdcException e) {
          assertThat(e.code()).isEqualTo(StandardErrorCode.SOURCE_CHANGED);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogResetWhileReadingIsTold(Upstream upstream) {
    for (int more : new int[] {2, 40}) {
      try (DbServer server = upstream.start()) {
        String schema = schema(server);
        try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
          server.executeIn(schema, insert(1));
          probe.untilRows(1);
          server.executeIn(schema, "SELECT SLEEP(1.1)", "RESET MASTER");
          for (int i = 0; i < more; i++) {
            server.executeIn(schema, insert(2 + i));
          }
          CdcException error = probe.error();
          assertThat(error.code()).isEqualTo(StandardErrorCode.SOURCE_CHANGED);
          assertThat(probe.rows()).containsExactly("+t[1, v]");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherReaderWithTheSameServerIdIsTold(Upstream upstream) throws IOException {
    try (DbServer server = upstream.start()) {
      Restart restart = now(server);
      ReaderIdentity mine = ReaderIdentity.of("probe", "twin");
      ReaderIdentity twin = new ReaderIdentity(mine.serverId(), new UUID(1, 2));
      StreamOptions options = new StreamOptions("twin", name -> true, Map.of());
      UpstreamAddress address =
          UpstreamAddress.of(
              new SourceRequest(
                  ConnectorUri.parse(server.uri(), StandardErrorCode.SOURCE_URI_INVALID),
                  "probe",
                  Optional.empty()));
      try (LinkPool pool = new LinkPool(address);
          ChangeSource source = StreamProbe.source(server.uri())) {
        LogPlace place = LogPlace.of(restart.position());
        boolean gtids = upstream == Upstream.MYSQL_GTID;
        CdcException error;
        if (upstream == Upstream.MARIADB) {
          // Its list of readers has no UUIDs: there the reader that came last wins.
          ChangeStream stream = source.open(restart, options);
          Dump.follow(pool, pool.open(), twin, place, gtids);
          error = catchThrowableOfType(CdcException.class, () -> pollOn(stream));
        } else {
          Dump.follow(pool, pool.open(), twin, place, gtids);
          error =
              catchThrowableOfType(CdcException.class, () -> pollOn(source.open(restart, options)));
        }
        assertThat(error.code()).isEqualTo(StandardErrorCode.SOURCE_SERVER_ID_CLASH);
        assertThat(error).hasMessageContaining(Long.toString(mine.serverId()));
      }
    }
  }

  private static void pollOn(ChangeStream stream) {
    long end = System.nanoTime() + SOON;
    while (System.nanoTime() < end) {
      stream.poll(Duration.ofMillis(200));
    }
    throw new AssertionError("no error in time");
  }

  private static CdcException refused(String uri, String schema, Restart restart) {
    return catchThrowableOfType(
        CdcException.class,
        () -> {
          try (StreamProbe probe = StreamProbe.at(uri, schema, restart, Map.of())) {
            throw probe.error();
          }
        });
  }

  private static Restart now(DbServer server) {
    try (ChangeSource source = StreamProbe.source(server.uri())) {
      Head head = source.now();
      return new Restart(head.end(), head.ts());
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

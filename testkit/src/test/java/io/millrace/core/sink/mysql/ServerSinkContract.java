package io.millrace.core.sink.mysql;

import io.millrace.api.CaptureId;
import io.millrace.api.TableName;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.rig.DbServer;
import io.millrace.testkit.sink.SinkContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** The contract over tables without any key, so that a row written twice shows. */
abstract class ServerSinkContract extends SinkContract {
  private static final int COURSES = 12;

  private final MySqlSinkProvider provider = SinkRig.provider();
  private final String incarnation = UUID.randomUUID().toString();
  private int captures;

  abstract DbServer server();

  @BeforeEach
  void empty() {
    server().execute("DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop");
    List<String> tables = new ArrayList<>(List.of("t", "u"));
    for (int i = 1; i <= COURSES; i++) {
      tables.add("course" + i);
    }
    for (String table : tables) {
      server().executeIn("shop", "CREATE TABLE " + table + "(id BIGINT, note MEDIUMTEXT)");
    }
  }

  private SinkRequest request() {
    return SinkRig.request(
        server().port(), "worker-count=4", incarnation, "capture" + captures, captures);
  }

  @Override
  protected Sink open() {
    SinkRequest before = request();
    captures++;
    if (captures > 1) {
      provider.fence(before, new CaptureId("capture" + (captures - 1)));
    }
    return provider.open(request());
  }

  @Override
  protected void settle() {}

  @Override
  protected Optional<List<Long>> stored(TableName table) {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = server().connection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM " + table + " ORDER BY id")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Optional.of(ids);
  }
}

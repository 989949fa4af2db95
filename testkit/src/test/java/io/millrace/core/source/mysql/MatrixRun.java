package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.rig.DbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the type matrix, their rows inserted, updated and deleted on a server, and what the
 * source told of it.
 */
final class MatrixRun implements AutoCloseable {
  private final String schema;
  private final StreamProbe probe;
  private final List<Change> changes = new ArrayList<>();

  private MatrixRun(String schema, StreamProbe probe) {
    this.schema = schema;
    this.probe = probe;
  }

  /**
   * A change of a row.
   *
   * @param row the row's number in its table
   * @param told what the source gave
   * @param before what SELECT returned before, in the order of the table's columns; null for an
   *     insert
   * @param after what it returned after; null for a delete
   */
  record Change(
      TypeTable table,
      int row,
      RowChange told,
      @Nullable List<String> before,
      @Nullable List<String> after) {}

  /** Does all changes, in a schema of their own. */
  static MatrixRun on(DbServer server, String uri, List<TypeTable> tables) throws SQLException {
    String schema = server.freshSchema();
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET NAMES utf8mb4");
      sql.execute("SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'");
      for (TypeTable table : tables) {
        sql.execute(table.create());
      }
      MatrixRun run = new MatrixRun(schema, StreamProbe.now(uri, schema));
      for (TypeTable table : tables) {
        run.change(sql, table);
      }
      return run;
    }
  }

  /** Writes a table's rows, changes and deletes them. */
  private void change(Statement sql, TypeTable table) throws SQLException {
    int known = probe.rows().size();
    int count = table.rows();
    for (int row = 0; row < count; row++) {
      sql.execute(table.insert(row));
    }
    List<List<String>> inserted = select(sql, table);
    for (int row = 0; row < count; row++) {
      sql.execute(table.update(row));
    }
    List<List<String>> updated = select(sql, table);
    sql.execute("DELETE FROM " + table.name());
    assertThat(inserted).hasSize(count);
    probe.untilRows(known + 3 * count);
    List<RowChange> told =
        probe.events(RowBatch.class).stream()
            .flatMap(batch -> batch.rows().stream())
            .skip(known)
            .toList();
    for (int i = 0; i < 3 * count; i++) {
      int row = i % count;
      changes.add(
          new Change(
              table,
              row,
              told.get(i),
              i < count ? null : (i < 2 * count ? inserted : updated).get(row),
              i < count ? inserted.get(row) : i < 2 * count ? updated.get(row) : null));
    }
  }

  private static List<List<String>> select(Statement sql, TypeTable table) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (ResultSet result = sql.executeQuery(table.select())) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
          row.add(result.getString(i + 2));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** Returns all changes, table by table: the inserts, then the updates, then the deletes. */
  List<Change> changes() {
    return changes;
  }

  String schema() {
    return schema;
  }

  StreamProbe probe() {
    return probe;
  }

  @Override
  public void close() {
    probe.close();
  }
}

package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.source.mysql.TypeTable.Reading;
import io.millrace.core.source.mysql.TypeTable.TypeColumn;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every type, in INSERT, UPDATE and DELETE: what the source gives is what SELECT returned from the
 * server at the same time.
 */
class TypeMatrixIT {
  private static final String CATALOG = "?schema=information_schema";

  @Test
  void mySqlWithFullMetadata() throws SQLException {
    DbServer server = Servers.mysql();
    check(server, server.uri());
  }

  @Test
  void mySqlWithDefinitionsFromTheServer() throws SQLException {
    DbServer server = Servers.mysql("--binlog-row-metadata=MINIMAL");
    check(server, server.uri() + CATALOG);
  }

  @Test
  void mariaDbWithFullMetadata() throws SQLException {
    DbServer server = Servers.mariaDb();
    check(server, server.uri());
  }

  @Test
  void mariaDbWithDefinitionsFromTheServer() throws SQLException {
    DbServer server = Servers.mariaDb("--binlog-row-metadata=NO_LOG");
    check(server, server.uri() + CATALOG);
  }

  @Test
  void mySqlWithCompressedTransactions() throws SQLException {
    DbServer server = Servers.mysql("--binlog-transaction-compression=ON");
    check(server, server.uri());
  }

  @Test
  void mariaDbWithCompressedEvents() throws SQLException {
    DbServer server = Servers.mariaDb("--log-bin-compress=ON", "--log-bin-compress-min-len=10");
    check(server, server.uri());
  }

  private static void check(DbServer server, String uri) throws SQLException {
    List<TypeTable> tables = TypeMatrix.tables(server.mariaDb(), !uri.endsWith(CATALOG));
    List<String> faults = new ArrayList<>();
    try (MatrixRun run = MatrixRun.on(server, uri, tables)) {
      run.changes().forEach(change -> compare(change, faults));
      compareDefinitions(run.probe(), run.schema(), faults);
    }
    assertThat(faults).isEmpty();
  }

  private static void compare(MatrixRun.Change change, List<String> faults) {
    TypeTable table = change.table();
    String where = table.name() + "[" + change.row() + "].";
    switch (change.told().kind()) {
      case INSERT -> compare(where, table, change.told().after(), change.after(), faults);
      case UPDATE -> {
        compare(where + "before.", table, change.told().before(), change.before(), faults);
        compare(where + "after.", table, change.told().after(), change.after(), faults);
      }
      case DELETE -> {
        Row deleted = change.told().before();
        compare(where + "deleted.", table, deleted, change.before(), faults);
        compare(where + "detached.", table, deleted.detached(), change.before(), faults);
      }
    }
  }

  private static void compare(
      String where, TypeTable table, Row row, List<String> wanted, List<String> faults) {
    for (int i = 0; i < wanted.size(); i++) {
      TypeColumn column = table.columns().get(i);
      String found;
      try {
        found = read(row, i + 1, column.reading(), wanted.get(i));
      } catch (RuntimeException e) {
        found = e.toString();
      }
      if (!String.valueOf(wanted.get(i)).equals(found)) {
        faults.add(where + column.name() + " is " + found + ", not " + wanted.get(i));
      }
    }
  }

  /** Reads a value in the form of {@link Reading}, by every accessor that applies. */
  private static String read(Row row, int column, Reading reading, String wanted) {
    if (!row.isPresent(column)) {
      return "absent";
    }
    if (row.isNull(column)) {
      return String.valueOf(row.valueAt(column));
    }
    byte[] written = written(row, column);
    Object value = row.valueAt(column);
    String hex = HexFormat.of().withUpperCase().formatHex(written);
    String text = row.textAt(column).toString();
    boolean binary = value instanceof ByteBuffer;
    byte[] again = text.getBytes(binary ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    if (!HexFormat.of().withUpperCase().formatHex(again).equals(hex)) {
      return "textAt " + text + " where write gives " + hex;
    }
    if (binary && !ByteBuffer.wrap(written).equals(row.bytesAt(column))) {
      return "bytesAt differs where write gives " + hex;
    }
    return switch (reading) {
      case DOUBLE -> number(row, column, text, wanted);
      case LABELS -> hex + ":" + Long.toUnsignedString(row.longAt(column));
      default -> hex;
    };
  }

  private static String number(Row row, int column, String text, String wanted) {
    double value = row.doubleAt(column);
    boolean single = row.valueAt(column) instanceof Float;
    boolean same = single ? Float.parseFloat(text) == value : Double.parseDouble(text) == value;
    return same && Double.parseDouble(wanted) == value ? wanted : value + " as " + text;
  }

  private static byte[] written(Row row, int column) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    row.write(
        column,
        new ByteSink() {
          @Override
          public void write(int value) {
            bytes.write(value);
          }

          @Override
          public void write(byte[] source, int offset, int length) {
            bytes.write(source, offset, length);
          }
        });
    return bytes.toByteArray();
  }

  /** What the events say of columns and keys is what information_schema says. */
  private static void compareDefinitions(StreamProbe probe, String schema, List<String> faults) {
    Map<String, TableSchema> listed =
        probe.source().tables().stream()
            .filter(t -> t.name().schema().equals(schema))
            .collect(Collectors.toMap(t -> t.name().table(), Function.identity()));
    probe.events(RowBatch.class).stream()
        .flatMap(batch -> batch.rows().stream())
        .map(RowChange::table)
        .distinct()
        .filter(table -> !table.name().table().equals("emoji"))
        .forEach(
            told -> {
              TableSchema known = listed.get(told.name().table());
              if (!told.keys().equals(known.keys())) {
                faults.add("keys of " + told.name() + ": " + told.keys() + ", not " + known.keys());
              }
              for (int i = 0; i < known.columns().size(); i++) {
                String found = words(told.columns().get(i));
                String wanted = words(known.columns().get(i));
                if (!found.equals(wanted)) {
                  faults.add("definition in " + told.name() + ": " + found + ", not " + wanted);
                }
              }
            });
  }

  private static String words(Column column) {
    boolean counted =
        column.type() == ColumnType.DECIMAL
            || column.type() == ColumnType.BIT
            || column.type() == ColumnType.CHAR
            || column.type() == ColumnType.VARCHAR
            || column.type() == ColumnType.BINARY
            || column.type() == ColumnType.VARBINARY;
    return column.name()
        + " "
        + column.type()
        + (counted ? "(" + column.length() + ")" : "")
        + (column.type() == ColumnType.DOUBLE || column.type() == ColumnType.FLOAT
            ? ""
            : "." + column.scale())
        + (column.unsigned() ? " unsigned " : " ")
        + (column.nullable() ? "null " : "")
        + column.charset().filter(charset -> !charset.equals("binary")).orElse("")
        + column.labels()
        + column.generated()
        + (column.zerofill() ? " zerofill" : "");
  }
}

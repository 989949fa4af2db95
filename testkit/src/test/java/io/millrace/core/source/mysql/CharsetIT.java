package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.rig.DbServer;
import io.millrace.rig.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every code of every charset, as the server converts it to utf8mb4. Where the server has no
 * character, which it shows as a question mark, the source has one of its own or U+FFFD.
 */
class CharsetIT {
  /** First bytes and second bytes of the charsets that have codes of two bytes. */
  private static final Map<String, int[]> DOUBLE =
      new TreeMap<>(
          Map.of(
              "gbk", new int[] {0x81, 0xfe, 0x40, 0xfe},
              "gb2312", new int[] {0xa1, 0xf7, 0xa1, 0xfe},
              "big5", new int[] {0xa1, 0xf9, 0x40, 0xfe},
              "sjis", new int[] {0x81, 0xfc, 0x40, 0xfc},
              "cp932", new int[] {0x81, 0xfc, 0x40, 0xfc},
              "euckr", new int[] {0x81, 0xfe, 0x41, 0xfe},
              "ujis", new int[] {0x8e, 0xfe, 0xa1, 0xfe},
              "eucjpms", new int[] {0x8e, 0xfe, 0xa1, 0xfe},
              "ucs2", new int[] {0x00, 0xff, 0x00, 0xff}));

  @Test
  void everyCodeOfMySql() throws SQLException {
    check(Servers.mysql());
  }

  @Test
  void everyCodeOfMariaDb() throws SQLException {
    check(Servers.mariaDb());
  }

  private static void check(DbServer server) throws SQLException {
    String schema = server.freshSchema();
    List<String> faults = new ArrayList<>();
    try (Connection connection = server.connection(schema);
        Statement sql = connection.createStatement()) {
      sql.execute("SET NAMES utf8mb4");
      sql.execute("SET sql_mode=''");
      for (String charset : charsets(sql)) {
        sql.execute(
            "CREATE TABLE "
                + charset
                + " (id INT PRIMARY KEY, c VARCHAR(4) CHARACTER SET "
                + charset
                + ")");
      }
      try (StreamProbe probe = StreamProbe.now(server.uri(), schema)) {
        for (String charset : charsets(sql)) {
          compare(sql, charset, probe, faults);
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  private static List<String> charsets(Statement sql) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet result =
        sql.executeQuery(
            "SELECT character_set_name FROM information_schema.character_sets WHERE"
                + " character_set_name NOT LIKE 'utf%' AND character_set_name <> 'binary' ORDER BY"
                + " 1")) {
      while (result.next()) {
        names.add(result.getString(1));
      }
    }
    return names;
  }

  private static void compare(Statement sql, String charset, StreamProbe probe, List<String> faults)
      throws SQLException {
    int before = probe.rows().size();
    List<Integer> codes = codes(charset);
    String values =
        codes.stream()
            .map(code -> "(" + code + ", x'" + hex(charset, code) + "')")
            .collect(Collectors.joining(","));
    sql.execute("INSERT INTO " + charset + " VALUES " + values);
    probe.untilRows(before + codes.size());
    Map<Integer, String> wanted = new TreeMap<>();
    try (ResultSet result =
        sql.executeQuery("SELECT id, CONVERT(c USING utf8mb4) FROM " + charset)) {
      while (result.next()) {
        wanted.put(result.getInt(1), result.getString(2));
      }
    }
    List<RowChange> rows =
        probe.events(RowBatch.class).stream()
            .flatMap(batch -> batch.rows().stream())
            .skip(before)
            .toList();
    assertThat(rows).hasSize(codes.size());
    for (RowChange row : rows) {
      int code = (int) row.after().longAt(0);
      String found = row.after().textAt(1).toString();
      String told = wanted.get(code);
      boolean known = code == '?' || !told.equals("?");
      if (known ? !found.equals(told) : found.length() != 1) {
        faults.add(charset + " " + hex(charset, code) + " is " + found + ", not " + told);
      }
    }
  }

  private static String hex(String charset, int code) {
    return charset.equals("ucs2")
        ? String.format("%04x", code)
        : String.format(code > 0xffff ? "%06x" : code > 0xff ? "%04x" : "%02x", code);
  }

  private static List<Integer> codes(String charset) {
    List<Integer> codes = new ArrayList<>();
    int[] bounds = DOUBLE.get(charset);
    if (!charset.equals("ucs2")) {
      IntStream.range(0, 256).forEach(codes::add);
    }
    if (bounds != null) {
      for (int first = bounds[0]; first <= bounds[1]; first++) {
        for (int second = bounds[2]; second <= bounds[3]; second++) {
          boolean surrogate = charset.equals("ucs2") && first >= 0xd8 && first <= 0xdf;
          if (!surrogate) {
            codes.add(first << 8 | second);
          }
        }
      }
    }
    if (charset.equals("ujis") || charset.equals("eucjpms")) {
      for (int second = 0xa1; second <= 0xfe; second++) {
        for (int third = 0xa1; third <= 0xfe; third++) {
          codes.add(0x8f0000 | second << 8 | third);
        }
      }
    }
    return codes;
  }
}

package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.source.mysql.row.Flavor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a statement in the log tells of its session. */
final class QueryTextTest {
  private static final String FLAGS = "00 00000000";
  private static final String MODE = "01 00000045 01000000";
  private static final String CATALOG = "06 03 737464";

  /** utf8mb4_0900_ai_ci for client and connection, latin1_swedish_ci for the server. */
  private static final String CHARSETS = "04 ff00 ff00 0800";

  private static QueryText read(String status, String sql) throws IOException {
    byte[] variables = HexFormat.of().parseHex(status.replace(" ", ""));
    byte[] text = ("shop\0" + sql).getBytes(StandardCharsets.UTF_8);
    byte[] event = new byte[LogEvent.HEADER + 13 + variables.length + text.length];
    event[0] = 100;
    event[4] = LogEvent.QUERY;
    event[LogEvent.HEADER + 8] = 4;
    event[LogEvent.HEADER + 11] = (byte) variables.length;
    System.arraycopy(variables, 0, event, LogEvent.HEADER + 13, variables.length);
    System.arraycopy(text, 0, event, event.length - text.length, text.length);
    LogEvent whole = new LogEvent();
    whole.set(event, 0, event.length, true);
    return QueryText.of(whole);
  }

  @Test
  void readsWhatMySqlTells() throws IOException {
    String zone =
        "05 0d " + HexFormat.of().formatHex("Asia/Shanghai".getBytes(StandardCharsets.UTF_8));
    QueryText text =
        read(
            String.join(
                " ",
                FLAGS,
                MODE,
                CATALOG,
                CHARSETS,
                zone,
                "08 2100",
                "0c 01 73686f7000",
                "0d 40e201",
                "10 01",
                "11 0102030405060708",
                "12 2d00",
                "13 00",
                "14 00"),
            "CREATE TABLE t(a INT)");
    assertThat(text.sql()).isEqualTo("CREATE TABLE t(a INT)");
    assertThat(text.schema()).isEqualTo("shop");
    assertThat(text.timeZone()).contains("Asia/Shanghai");
    assertThat(text.ranAt()).isEqualTo(Instant.ofEpochSecond(100, 123_456_000));
    SettingNames names =
        new SettingNames(
            Flavor.MYSQL,
            Map.of(8, "latin1_swedish_ci", 33, "utf8mb3_general_ci", 45, "utf8mb4_general_ci"));
    assertThat(names.collations(text))
        .isEqualTo(
            Map.of(
                "collation_server",
                "latin1_swedish_ci",
                "collation_database",
                "utf8mb3_general_ci",
                "default_collation_for_utf8mb4",
                "utf8mb4_general_ci"));
    assertThat(names.modes(text.sqlMode())).containsExactly("TIME_TRUNCATE_FRACTIONAL");
  }

  @Test
  void theServersOwnZoneIsNone() throws IOException {
    assertThat(read("05 06 53595354454d", "DROP TABLE t").timeZone()).isEmpty();
    assertThat(read("05 00", "DROP TABLE t").timeZone()).isEmpty();
    assertThat(read("05 06 2b30323a3030", "DROP TABLE t").timeZone()).contains("+02:00");
  }

  @Test
  void whatIsNotToldOrHasNoNameIsLeftOut() throws IOException {
    SettingNames names = new SettingNames(Flavor.MARIADB, Map.of(45, "utf8mb4_general_ci"));
    assertThat(names.collations(read(FLAGS, "DROP TABLE t"))).isEmpty();
    assertThat(names.collations(read(CHARSETS, "DROP TABLE t"))).isEmpty();
  }

  @Test
  void theHighBitsOfTheModeAreEachServersOwn() {
    long bits = 1L << 32 | 1L << 34 | 1 << 2;
    assertThat(new SettingNames(Flavor.MYSQL, Map.of()).modes(bits))
        .containsExactly("ANSI_QUOTES", "TIME_TRUNCATE_FRACTIONAL");
    assertThat(new SettingNames(Flavor.MARIADB, Map.of()).modes(bits))
        .containsExactly("ANSI_QUOTES", "TIME_ROUND_FRACTIONAL");
  }
}

package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import io.millrace.core.codec.debezium.DebeziumEncoderProvider;
import io.millrace.core.codec.maxwell.MaxwellEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.codec.simple.SimpleEncoderProvider;
import io.millrace.core.source.mysql.row.RowsDecoder;
import io.millrace.core.source.mysql.row.TableMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every encoder takes the rows of the recorded logs, and JSON gives their values back. */
class RecordedRowsEncodedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static HttpServer registry;

  @BeforeAll
  static void startRegistry() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "{\"id\":1}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    registry.start();
  }

  @AfterAll
  static void stopRegistry() {
    registry.stop(0);
  }

  private static List<RowChange> rows() {
    List<RowChange> rows = new ArrayList<>();
    for (RecordedLog log : List.of(RecordedLog.mySql(), RecordedLog.mariaDb())) {
      Map<Long, TableMap> maps = new HashMap<>();
      RowsDecoder decoder = new RowsDecoder();
      for (byte[] bytes : log.events()) {
        LogEvent event = new LogEvent();
        event.set(bytes, 0, bytes.length - 4, true);
        if (event.type() == LogEvent.TABLE_MAP) {
          TableMap map = TableMap.parse(log.flavor(), bytes, event.body(), event.bodyLength());
          maps.put(map.tableId(), map);
        } else if (event.hasRows()
            && event.type() != LogEvent.PARTIAL_UPDATE_ROWS
            && !event.isCompressedRows()) {
          TableMap map = maps.get(event.u48(event.body()));
          if (map.describesItself()) {
            decoder.decode(event.type(), map, bytes, event.body(), event.bodyLength(), rows::add);
          }
        }
      }
    }
    rows.removeIf(row -> !isWhole(row));
    assertThat(rows).hasSizeGreaterThan(20);
    return rows;
  }

  private static boolean isWhole(RowChange row) {
    return (row.kind() == RowChange.Kind.INSERT || isWhole(row, row.before()))
        && (row.kind() == RowChange.Kind.DELETE || isWhole(row, row.after()));
  }

  private static boolean isWhole(RowChange row, Row image) {
    for (int i = 0; i < row.table().columns().size(); i++) {
      if (!image.isPresent(i)) {
        return false;
      }
    }
    return true;
  }

  static Stream<EncoderProvider> providers() {
    return Stream.of(
        new AvroEncoderProvider(),
        new CanalEncoderProvider(),
        new CanalJsonEncoderProvider(),
        new CsvEncoderProvider(),
        new DebeziumEncoderProvider(),
        new MaxwellEncoderProvider(),
        new OpenProtocolEncoderProvider(),
        new SimpleEncoderProvider());
  }

  private static EventEncoder open(EncoderProvider provider) {
    Map<String, String> params =
        Map.of(
            "schema-registry",
            "http://127.0.0.1:" + registry.getAddress().getPort(),
            "debezium-disable-schema",
            "true");
    return provider.open(new EncoderRequest("topic", params, ZoneOffset.UTC, () -> Instant.EPOCH));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void allRowsCanBeEncoded(EncoderProvider provider) {
    List<RowChange> rows = rows();
    EventEncoder encoder = open(provider);
    rows.forEach(row -> encoder.append(row, new Tso(1)));
    int[] count = new int[1];
    encoder.drain((bytes, keyOffset, keyLength, offset, length, n) -> count[0] += n);
    assertThat(count[0]).isEqualTo(rows.size());
  }

  private interface Check {
    void value(Column column, Row row, int index, JsonNode found);
  }

  private static int check(EncoderProvider provider, String image, Check check) {
    int values = 0;
    EventEncoder encoder = open(provider);
    for (RowChange row : rows()) {
      if (row.kind() == RowChange.Kind.DELETE) {
        continue;
      }
      encoder.append(row, new Tso(1));
      List<JsonNode> messages = new ArrayList<>();
      encoder.drain(
          (bytes, keyOffset, keyLength, offset, length, n) -> {
            if (n > 0) {
              messages.add(read(new String(bytes, offset, length, StandardCharsets.UTF_8)));
            }
          });
      JsonNode data = messages.get(0).at(image);
      List<Column> columns = row.table().columns();
      for (int i = 0; i < columns.size(); i++) {
        JsonNode found = data.get(columns.get(i).name());
        if (columns.get(i).generated() == Column.Generated.VIRTUAL) {
          assertThat(found).isNull();
        } else if (row.after().isNull(i)) {
          assertThat(found.isNull()).isTrue();
        } else {
          check.value(columns.get(i), row.after(), i, found);
          values++;
        }
      }
    }
    return values;
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private static String text(Column column, Row row, int index) {
    return switch (column.type().family()) {
      case LABELS, BITS -> Long.toUnsignedString(row.longAt(index));
      default -> row.textAt(index).toString();
    };
  }

  private static String base64(Row row, int index) {
    ByteBuffer bytes = row.bytesAt(index);
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return Base64.getEncoder().encodeToString(array);
  }

  @Test
  void canalJsonGivesTheTexts() {
    Check check =
        (column, row, index, found) -> {
          assertThat(found.isTextual()).isTrue();
          assertThat(found.asText()).as(column.name()).isEqualTo(text(column, row, index));
        };
    assertThat(check(new CanalJsonEncoderProvider(), "/data/0", check)).isGreaterThan(250);
  }

  @Test
  void maxwellGivesNumbersTextsAndBase64() {
    Check check =
        (column, row, index, found) -> {
          switch (column.type().family()) {
            case FLOATING -> assertThat(found.asDouble()).isEqualTo(exact(column, row, index));
            case BINARY -> assertThat(found.asText()).isEqualTo(base64(row, index));
            default -> assertThat(found.asText()).isEqualTo(text(column, row, index));
          }
        };
    assertThat(check(new MaxwellEncoderProvider(), "/data", check)).isGreaterThan(250);
  }

  /** The shortest digits of a FLOAT, read as 64 bits. */
  private static double exact(Column column, Row row, int index) {
    return column.type() == ColumnType.FLOAT
        ? Double.parseDouble(row.textAt(index).toString())
        : row.doubleAt(index);
  }

  @Test
  void debeziumGivesDaysAndLabels() {
    Check check =
        (column, row, index, found) -> {
          switch (column.type()) {
            case DATE -> assertDay(column, row.textAt(index).toString(), found);
            case ENUM, SET, JSON, CHAR, VARCHAR, TEXT ->
                assertThat(found.asText()).isEqualTo(row.textAt(index).toString());
            case TIME -> assertThat(found.asLong()).isEqualTo(row.longAt(index));
            case DECIMAL ->
                assertThat(found.asDouble()).isEqualTo(row.decimalAt(index).doubleValue());
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, YEAR ->
                assertThat(found.asLong()).isEqualTo(row.longAt(index));
            default -> assertThat(found.isMissingNode()).isFalse();
          }
        };
    assertThat(check(new DebeziumEncoderProvider(), "/payload/after", check)).isGreaterThan(250);
  }

  private static void assertDay(Column column, String text, JsonNode found) {
    LocalDate day;
    try {
      day = LocalDate.parse(text);
    } catch (DateTimeException e) {
      assertThat(found.asText()).isEqualTo(column.nullable() ? "null" : "0");
      return;
    }
    if (day.getYear() >= 100) {
      assertThat(found.asLong()).isEqualTo(day.toEpochDay());
    }
  }
}

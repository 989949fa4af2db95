package io.millrace.core.source.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.RowChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Apache Avro's reader, with a schema registry on loopback that knows the schemas of the ids in the
 * messages.
 */
final class AvroConsumer implements ForeignReader {
  private static final JsonMapper JSON = new JsonMapper();

  private final boolean texts;
  private final HttpServer registry;
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new ConcurrentHashMap<>();

  /**
   * Starts the registry.
   *
   * @param texts whether decimals and BIGINT UNSIGNED are asked for as texts
   */
  AvroConsumer(boolean texts) {
    this.texts = texts;
    try {
      registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    registry.createContext("/", this::register);
    registry.start();
  }

  private void register(HttpExchange exchange) throws IOException {
    String schema = JSON.readTree(exchange.getRequestBody()).get("schema").asText();
    GenericData data = new GenericData();
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
    Schema parsed = new Schema.Parser().parse(schema);
    int id = 7 + readers.size();
    readers.put(id, new GenericDatumReader<>(parsed, parsed, data));
    byte[] answer = ("{\"id\":" + id + "}").getBytes(UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Override
  public String protocol() {
    return "avro";
  }

  @Override
  public Map<String, String> params() {
    return Map.of(
        "schema-registry",
        "http://127.0.0.1:" + registry.getAddress().getPort(),
        "enable-tidb-extension",
        "true",
        "avro-decimal-handling-mode",
        texts ? "string" : "precise",
        "avro-bigint-unsigned-handling-mode",
        texts ? "string" : "long");
  }

  /** A message has no old image, and that of a delete only its key. */
  @Override
  public List<String> kinds(RowChange.Kind kind) {
    return switch (kind) {
      case INSERT -> List.of("key", "+I");
      case UPDATE -> List.of("key", "+U");
      case DELETE -> List.of("key");
    };
  }

  @Override
  public List<Image> read(Message message) {
    List<Image> images = new ArrayList<>();
    images.add(new Image("key", values(record(message.key().orElseThrow()))));
    if (message.value().isPresent()) {
      Map<String, Optional<String>> values = values(record(message.value().get()));
      String op = values.get("_tidb_op").orElseThrow();
      images.add(new Image(op.equals("c") ? "+I" : "+U", values));
    }
    return images;
  }

  private GenericRecord record(byte[] bytes) {
    ByteBuffer head = ByteBuffer.wrap(bytes);
    if (head.get() != 0) {
      throw new IllegalStateException("not Confluent's wire format");
    }
    GenericDatumReader<GenericRecord> reader = readers.get(head.getInt());
    try {
      BinaryDecoder decoder =
          DecoderFactory.get().binaryDecoder(bytes, head.position(), head.remaining(), null);
      GenericRecord read = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new IllegalStateException("there are bytes behind the record");
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Optional<String>> values(GenericRecord row) {
    Map<String, Optional<String>> values = new HashMap<>();
    for (Schema.Field field : row.getSchema().getFields()) {
      values.put(field.name(), Optional.ofNullable(row.get(field.pos())).map(AvroConsumer::text));
    }
    return values;
  }

  private static String text(Object value) {
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return HexFormat.of().formatHex(copy);
    }
    return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
  }

  @Override
  public Optional<String> wanted(Column column, Cell cell) {
    boolean wrapped = column.type() == ColumnType.BIGINT && column.unsigned() && !texts;
    return Optional.of(
        column.type() == ColumnType.BIT
            ? evenHex(Long.toHexString(cell.number()))
            : wrapped ? Long.toString(cell.number()) : ForeignReader.text(column, cell));
  }

  private static String evenHex(String digits) {
    return digits.length() % 2 == 0 ? digits : "0" + digits;
  }

  @Override
  public void close() {
    registry.stop(0);
  }
}

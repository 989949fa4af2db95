package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.sun.management.ThreadMXBean;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import io.millrace.core.codec.avro.FakeRegistry;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import io.millrace.core.codec.debezium.DebeziumEncoderProvider;
import io.millrace.core.codec.maxwell.MaxwellEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.codec.simple.SimpleEncoderProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all encoders have in common. */
final class AllEncodersTest {
  private static final int ROWS = 20_000;
  private static final Tso TS = Tso.ofMillis(1_630_454_399_123L, 5);
  private static final TableSchema ALL_TYPES = table(ColumnType.values());
  private static FakeRegistry registry;

  @BeforeAll
  static void start() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterAll
  static void stop() {
    registry.close();
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

  /** Returns a table with an id, its key, and a column of each type. */
  private static TableSchema table(ColumnType... types) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.builder("id", ColumnType.BIGINT).unsigned(true).nullable(false).build());
    for (ColumnType type : types) {
      Column.Builder column = Column.builder("c_" + type, type);
      switch (type) {
        case BIT -> column.length(10);
        case DECIMAL -> column.length(10).scale(2);
        case TIME, DATETIME, TIMESTAMP -> column.scale(6);
        case ENUM, SET -> column.labels(List.of("a", "b"));
        default -> column.length(40);
      }
      columns.add(column.build());
    }
    return new TableSchema(
        new TableName("shop", "orders"), columns, List.of(TableSchema.Key.primary(List.of(0))));
  }

  private static EventEncoder open(EncoderProvider provider) {
    Map<String, String> params =
        Map.of("schema-registry", registry.address(), "send-bootstrap-in-msg-count", "1000000000");
    return provider.open(
        new EncoderRequest("topic", params, ZoneId.of("Europe/Berlin"), () -> Instant.EPOCH));
  }

  private static List<Encoded> drain(EventEncoder encoder) {
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    return messages;
  }

  private static FakeRow row(@Nullable Object others) {
    @Nullable Object[] values = new @Nullable Object[ALL_TYPES.columns().size()];
    Arrays.fill(values, others);
    values[0] = 1;
    return FakeRow.of(ALL_TYPES, values);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void everyTypeHasAForm(EncoderProvider provider) {
    EventEncoder encoder = open(provider);
    Row row = new ConstantRow(ALL_TYPES);
    encoder.append(FakeChange.insert(ALL_TYPES, row), TS);
    encoder.append(FakeChange.update(ALL_TYPES, row(null), row), TS);
    encoder.append(FakeChange.update(ALL_TYPES, row, row(null)), TS);
    encoder.append(FakeChange.delete(ALL_TYPES, row), TS);
    List<Encoded> messages = drain(encoder);
    assertThat(messages.stream().mapToInt(Encoded::rows).sum()).isEqualTo(4);
    assertThat(drain(encoder)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void rowsThatAreNotWholeAreRefusedAndLeaveNothingBehind(EncoderProvider provider) {
    FakeChange whole = FakeChange.insert(ALL_TYPES, row(null));
    EventEncoder untouched = open(provider);
    untouched.append(whole, TS);
    untouched.append(whole, TS);
    EventEncoder encoder = open(provider);
    encoder.append(whole, TS);
    assertThatThrownBy(() -> encoder.append(FakeChange.insert(ALL_TYPES, row(FakeRow.ABSENT)), TS))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ENCODE_FAILED))
        .hasMessageContaining("of table shop.orders")
        .hasMessageContaining("binlog_row_image=FULL");
    encoder.append(whole, TS);
    assertThat(drain(encoder))
        .extracting(Encoded::keyHex, Encoded::valueHex)
        .containsExactlyElementsOf(
            drain(untouched).stream().map(m -> tuple(m.keyHex(), m.valueHex())).toList());
  }

  /** FLOAT and DOUBLE are left out: their shortest digits come from Jackson as a text. */
  @ParameterizedTest
  @MethodSource("providers")
  void rowsCostNoAllocation(EncoderProvider provider) {
    TableSchema table =
        table(
            Stream.of(ColumnType.values())
                .filter(type -> type.family() != ColumnType.Family.FLOATING)
                .toArray(ColumnType[]::new));
    Row row = new ConstantRow(table);
    FakeChange insert = FakeChange.insert(table, row);
    FakeChange update = FakeChange.update(table, row, row);
    FakeChange delete = FakeChange.delete(table, row);
    EventEncoder encoder = open(provider);
    long[] bytes = new long[1];
    MessageSink out =
        (array, keyOffset, keyLength, offset, length, rows) -> bytes[0] += Math.max(0, length);
    encode(encoder, out, insert, update, delete);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    encode(encoder, out, insert, update, delete);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes[0]).isGreaterThan(ROWS);
    assertThat((double) allocated / (3 * ROWS)).isLessThan(1);
  }

  private static void encode(
      EventEncoder encoder,
      MessageSink out,
      FakeChange insert,
      FakeChange update,
      FakeChange delete) {
    for (int i = 0; i < ROWS; i++) {
      encoder.append(insert, TS);
      encoder.append(update, TS);
      encoder.append(delete, TS);
      if (i % 50 == 0) {
        encoder.drain(out);
      }
    }
    encoder.drain(out);
  }
}

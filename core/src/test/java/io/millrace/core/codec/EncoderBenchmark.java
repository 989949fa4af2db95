package io.millrace.core.codec;

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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Rows a second and bytes allocated for each, per protocol: updates of a table of ten columns, of
 * which both images are sent. Not among the tests; to run it:
 *
 * <pre>mvn -pl core -am test -Dtest=EncoderBenchmark -Dsurefire.failIfNoSpecifiedTests=false</pre>
 *
 * <p>{@code gc.alloc.rate.norm} is bytes for one row.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class EncoderBenchmark {
  private static final int ROWS = 50;
  private static final Tso TS = Tso.ofMillis(1_630_454_399_123L, 5);
  private static final Map<String, EncoderProvider> PROVIDERS =
      Map.of(
          "avro", new AvroEncoderProvider(),
          "canal", new CanalEncoderProvider(),
          "canal-json", new CanalJsonEncoderProvider(),
          "csv", new CsvEncoderProvider(),
          "debezium", new DebeziumEncoderProvider(),
          "maxwell", new MaxwellEncoderProvider(),
          "open-protocol", new OpenProtocolEncoderProvider(),
          "simple", new SimpleEncoderProvider());

  /** The protocol. */
  @Param({"avro", "canal", "canal-json", "csv", "debezium", "maxwell", "open-protocol", "simple"})
  public String protocol = "";

  private FakeRegistry registry;
  private EventEncoder encoder;
  private FakeChange update;
  private long bytes;
  private final MessageSink out =
      (array, keyOffset, keyLength, offset, length, rows) -> bytes += Math.max(0, length);

  private static TableSchema orders() {
    return new TableSchema(
        new TableName("shop", "orders"),
        List.of(
            Column.builder("id", ColumnType.BIGINT).unsigned(true).nullable(false).build(),
            Column.builder("customer", ColumnType.BIGINT).build(),
            Column.builder("state", ColumnType.ENUM).labels(List.of("a", "b")).build(),
            Column.builder("title", ColumnType.VARCHAR).length(200).build(),
            Column.builder("note", ColumnType.VARCHAR).length(200).build(),
            Column.builder("price", ColumnType.DECIMAL).length(10).scale(2).build(),
            Column.builder("quantity", ColumnType.INT).build(),
            Column.builder("created", ColumnType.DATETIME).scale(6).build(),
            Column.builder("changed", ColumnType.TIMESTAMP).scale(6).build(),
            Column.builder("details", ColumnType.JSON).build()),
        List.of(TableSchema.Key.primary(List.of(0))));
  }

  /** Opens the encoder. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    registry = new FakeRegistry();
    TableSchema table = orders();
    Row row = new ConstantRow(table);
    update = FakeChange.update(table, row, row);
    encoder =
        PROVIDERS
            .get(protocol)
            .open(
                new EncoderRequest(
                    "topic",
                    Map.of("schema-registry", registry.address()),
                    ZoneOffset.UTC,
                    () -> Instant.EPOCH));
  }

  /** Closes what the encoder asked. */
  @TearDown(Level.Trial)
  public void close() {
    registry.close();
  }

  /** Encodes a batch; returns how many bytes there were so far. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long encode() {
    for (int i = 0; i < ROWS; i++) {
      encoder.append(update, TS);
    }
    encoder.drain(out);
    return bytes;
  }

  @Test
  void run() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(EncoderBenchmark.class.getName())
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .build())
        .run();
  }
}

package io.millrace.core.sink.file;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A feed of made-up events into file sinks, and a reader of what they wrote. */
final class Feed extends Ticker {
  static final Tso START = new Tso(1_000);

  private final Path root;
  private long nanos;
  private long offset = 4;
  private long ts = START.value();

  Feed(Path root) {
    this.root = root;
  }

  @Override
  public long read() {
    return nanos;
  }

  void advanceMillis(long millis) {
    nanos += millis * 1_000_000;
  }

  FileSinkProvider provider() {
    return new FileSinkProvider(
        Map.of(
            CanalJsonEncoderProvider.PROTOCOL,
            new CanalJsonEncoderProvider(),
            CsvEncoderProvider.PROTOCOL,
            new CsvEncoderProvider()),
        this,
        () -> Instant.EPOCH);
  }

  SinkRequest request(String query, String capture) {
    return request("file://" + root, query, SinkConfig.DEFAULT, capture);
  }

  static SinkRequest request(String base, String query, SinkConfig config, String capture) {
    return new SinkRequest(
        ConnectorUri.parse(base + query, StandardErrorCode.SINK_URI_INVALID),
        config,
        new ChangefeedId("feed"),
        "incarnation",
        new CaptureId(capture),
        Set.of(new TableId(1)),
        1,
        START,
        ZoneOffset.UTC);
  }

  FileSink open(String capture) {
    return (FileSink)
        provider()
            .open(request("?protocol=canal-json&flush-interval=1s&date-separator=none", capture));
  }

  static TableSchema table(String schema, String name) {
    return new TableSchema(
        new TableName(schema, name),
        List.of(
            Vectors.column("id", "bigint").toBuilder().nullable(false).build(),
            Vectors.column("note", "varchar(100)")),
        List.of(TableSchema.Key.primary(List.of(0))));
  }

  static RowChange insert(TableSchema table, long id, String note) {
    return FakeChange.insert(table, FakeRow.of(table, id, note));
  }

  /** Returns the whole next transaction. */
  RowBatch transaction(RowChange... rows) {
    return slice(0, true, rows);
  }

  /** Returns a slice; the last one ends the transaction and moves on. */
  RowBatch slice(int slice, boolean end, RowChange... rows) {
    RowBatch batch =
        new RowBatch(
            position(),
            new Tso(ts + 1),
            new Tso(ts + 1),
            slice,
            List.of(rows),
            100L * rows.length,
            end);
    if (end) {
      offset += 100;
      ts++;
    }
    return batch;
  }

  private SourcePosition position() {
    return new SourcePosition("server", 1, offset, 0, "");
  }

  /** Returns a promise of all that has ended. */
  Resolved resolved() {
    return new Resolved(new Tso(ts), position());
  }

  /** Returns the next schema change of a table. */
  SchemaChange schemaChange(TableSchema table) {
    SchemaChange change =
        new SchemaChange(
            position(),
            new Tso(ts + 1),
            new Tso(ts + 1),
            DdlType.ADD_COLUMN,
            table.name().schema(),
            "ALTER TABLE t ADD COLUMN c INT",
            List.of(TableChange.altered(table.name())));
    offset += 100;
    ts++;
    return change;
  }

  /** Returns all files below the directory but schema files and the writers', sorted. */
  List<String> files() {
    return all().stream().filter(p -> !p.startsWith(".") && !p.contains("/meta/schema_")).toList();
  }

  /** Returns all schema files, relative and sorted. */
  List<String> schemas() {
    return all().stream().filter(p -> p.contains("/meta/schema_")).toList();
  }

  /** Returns all files of the writers, without their locks. */
  List<String> temporary() {
    return all().stream().filter(p -> p.startsWith(".") && !p.endsWith("lock")).toList();
  }

  private List<String> all() {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(p -> root.relativize(p).toString())
          .sorted(Comparator.naturalOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the ids of a directory's rows, as {@code INSERT 1}, in order. */
  List<String> rows(String directory) {
    return files().stream()
        .filter(f -> f.startsWith(directory))
        .flatMap(f -> text(f).lines())
        .map(
            line -> {
              var message = Vectors.parse(line);
              return message.get("type").asText()
                  + " "
                  + message.get("data").get(0).get("id").asText();
            })
        .toList();
  }

  String text(String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

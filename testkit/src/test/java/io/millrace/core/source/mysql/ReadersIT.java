package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.Column;
import io.millrace.api.event.RowChange;
import io.millrace.core.codec.Protocols;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.debezium.DebeziumEncoderProvider;
import io.millrace.core.codec.maxwell.MaxwellEncoderProvider;
import io.millrace.core.source.mysql.ForeignReader.Image;
import io.millrace.core.source.mysql.ForeignReader.Message;
import io.millrace.core.source.mysql.MatrixRun.Change;
import io.millrace.core.source.mysql.TypeTable.Reading;
import io.millrace.core.source.mysql.TypeTable.TypeColumn;
import io.millrace.rig.DbServer;
import io.millrace.rig.FlinkFormats;
import io.millrace.rig.Servers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Every type, inserted, updated and deleted: what a consumer's own reader makes of the messages is
 * what SELECT returned from the server at the same time.
 */
class ReadersIT {
  /** The columns that messages do not have, and why. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "generated_columns.v", "virtual generated columns are in no message",
          "generated_columns.vt", "virtual generated columns are in no message");

  private static final Tso COMMIT_TS = new Tso(1_700_000_000_000L << 18);

  private static final Protocols PROTOCOLS =
      new Protocols(
          Map.of(
              AvroEncoderProvider.PROTOCOL, new AvroEncoderProvider(),
              CanalEncoderProvider.PROTOCOL, new CanalEncoderProvider(),
              CanalJsonEncoderProvider.PROTOCOL, new CanalJsonEncoderProvider(),
              DebeziumEncoderProvider.PROTOCOL, new DebeziumEncoderProvider(),
              MaxwellEncoderProvider.PROTOCOL, new MaxwellEncoderProvider()));

  private static final Map<Flavour, MatrixRun> RUNS = new EnumMap<>(Flavour.class);

  private enum Flavour {
    MYSQL,
    MARIADB;

    MatrixRun run() throws SQLException {
      MatrixRun known = RUNS.get(this);
      if (known == null) {
        DbServer server = this == MYSQL ? Servers.mysql() : Servers.mariaDb();
        known = MatrixRun.on(server, server.uri(), TypeMatrix.tables(server.mariaDb(), true));
        RUNS.put(this, known);
      }
      return known;
    }
  }

  private static final Map<String, Supplier<ForeignReader>> READERS =
      new TreeMap<>(
          Map.of(
              "Canal's client", CanalClient::new,
              "Flink's canal-json", () -> new FlinkConsumer(FlinkTypes.CANAL_JSON, true),
              "Flink's canal-json, times as texts",
                  () -> new FlinkConsumer(FlinkTypes.CANAL_JSON, false),
              "Flink's maxwell-json", () -> new FlinkConsumer(FlinkTypes.MAXWELL_JSON, true),
              "Flink's maxwell-json, times as texts",
                  () -> new FlinkConsumer(FlinkTypes.MAXWELL_JSON, false),
              "Flink's debezium-json", () -> new FlinkConsumer(FlinkTypes.DEBEZIUM_JSON, true),
              "Flink's debezium-json, times as texts",
                  () -> new FlinkConsumer(FlinkTypes.DEBEZIUM_JSON, false),
              "Avro", () -> new AvroConsumer(false),
              "Avro, long numbers as texts", () -> new AvroConsumer(true)));

  static final List<Arguments> CASES =
      Arrays.stream(Flavour.values())
          .flatMap(server -> READERS.keySet().stream().map(r -> Arguments.of(server, r)))
          .toList();

  private final List<String> faults = new ArrayList<>();
  private final Set<String> wrong = new TreeSet<>();
  private final Set<String> compared = new TreeSet<>();

  @AfterAll
  static void closeRuns() {
    RUNS.values().forEach(MatrixRun::close);
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void everyValueIsRead(Flavour server, String name) throws SQLException {
    MatrixRun run = server.run();
    try (ForeignReader reader = READERS.get(name).get()) {
      for (List<Change> group : groups(run)) {
        check(reader, group);
      }
    }
    assertThat(faults).isEmpty();
    assertThat(wrong).as("columns left out that are not read right").isEqualTo(LEFT_OUT.keySet());
    Set<String> missed = columns(run);
    missed.removeAll(compared);
    assertThat(missed).as("columns without a value that was compared").isEmpty();
  }

  /** Returns the changes by table and kind. */
  private static List<List<Change>> groups(MatrixRun run) {
    List<List<Change>> groups = new ArrayList<>();
    Change last = null;
    for (Change each : run.changes()) {
      if (last == null
          || last.table() != each.table()
          || last.told().kind() != each.told().kind()) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(each);
      last = each;
    }
    return groups;
  }

  private static Set<String> columns(MatrixRun run) {
    return run.changes().stream()
        .map(Change::table)
        .distinct()
        .flatMap(table -> withKey(table).stream().map(c -> table.name() + "." + c.name()))
        .filter(name -> !LEFT_OUT.containsKey(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the columns of the table, that of its key too, which the matrix does not list. */
  private static List<TypeColumn> withKey(TypeTable table) {
    List<TypeColumn> columns = new ArrayList<>(table.columns());
    columns.add(0, new TypeColumn("id", "INT", Reading.CAST, List.of()));
    return columns;
  }

  private static List<String> withKey(int row, List<String> selected) {
    List<String> all = new ArrayList<>(selected);
    byte[] digits = Integer.toString(row).getBytes(StandardCharsets.US_ASCII);
    all.add(0, HexFormat.of().formatHex(digits));
    return all;
  }

  private void check(ForeignReader reader, List<Change> group) {
    RowChange first = group.get(0).told();
    EventEncoder encoder = open(reader, first.table().name().table());
    reader.begin(first.table(), first.kind());
    for (Change change : group) {
      String where = change.table().name() + "[" + change.row() + "] " + first.kind();
      List<Image> images = new ArrayList<>();
      try {
        messages(encoder, change.told()).forEach(message -> images.addAll(reader.read(message)));
      } catch (RuntimeException e) {
        faults.add(where + ": " + e);
        continue;
      }
      List<String> kinds = images.stream().map(Image::kind).toList();
      if (!kinds.equals(reader.kinds(first.kind()))) {
        faults.add(where + " is read as " + kinds);
        continue;
      }
      images.forEach(image -> compare(reader, where, change, image));
    }
  }

  private static EventEncoder open(ForeignReader reader, String topic) {
    return PROTOCOLS
        .of(reader.protocol())
        .open(new EncoderRequest(topic, reader.params(), ZoneOffset.UTC, () -> Instant.EPOCH));
  }

  private static List<Message> messages(EventEncoder encoder, RowChange change) {
    List<Message> messages = new ArrayList<>();
    encoder.append(change, COMMIT_TS);
    encoder.drain(
        (bytes, keyOffset, keyLength, offset, length, rows) ->
            messages.add(
                new Message(copy(bytes, keyOffset, keyLength), copy(bytes, offset, length))));
    return messages;
  }

  private static Optional<byte[]> copy(byte[] bytes, int offset, int length) {
    return length < 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  private void compare(ForeignReader reader, String where, Change change, Image image) {
    boolean old = image.kind().startsWith("-") || change.after() == null;
    List<String> selected = withKey(change.row(), old ? change.before() : change.after());
    List<TypeColumn> columns = withKey(change.table());
    boolean onlyKey = image.kind().equals("key");
    for (int i = 0; i < (onlyKey ? 1 : columns.size()); i++) {
      TypeColumn column = columns.get(i);
      Column definition = change.told().table().columns().get(i);
      assertThat(definition.name()).isEqualTo(column.name());
      Cell cell = new Cell(column.reading(), selected.get(i));
      if (cell.isNull() || reader.holds(definition, cell)) {
        String name = change.table().name() + "." + column.name();
        compare(reader, where + image.kind(), name, definition, cell, image.values());
      }
    }
    if (onlyKey && image.values().size() != 1) {
      faults.add(where + " has a key of " + image.values().keySet());
    }
  }

  private void compare(
      ForeignReader reader,
      String where,
      String name,
      Column column,
      Cell cell,
      Map<String, Optional<String>> image) {
    Optional<String> found = image.getOrDefault(column.name(), Optional.of("absent"));
    Optional<String> wanted = cell.isNull() ? Optional.empty() : reader.wanted(column, cell);
    boolean right =
        (found.isPresent() && wanted.isPresent() && !found.get().equals("absent"))
            ? reader.same(column, wanted.get(), found.get())
            : found.equals(wanted);
    if (right) {
      if (wanted.isPresent() && !LEFT_OUT.containsKey(name)) {
        compared.add(name);
      }
    } else if (LEFT_OUT.containsKey(name)) {
      wrong.add(name);
    } else {
      faults.add(where + " " + name + " is " + cut(found) + ", not " + cut(wanted));
    }
  }

  private static String cut(Optional<String> text) {
    return text.map(t -> t.length() < 80 ? t : t.substring(0, 80) + "..").orElse("NULL");
  }

  /** TiCDC's form of deletes, which the specification keeps, is not the one that Flink reads. */
  @Test
  void maxwellsDeletesAreNotForFlinksFormat() throws SQLException {
    Change delete =
        Flavour.MARIADB.run().changes().stream()
            .filter(change -> change.told().kind() == RowChange.Kind.DELETE)
            .findFirst()
            .orElseThrow();
    try (ForeignReader reader = READERS.get("Flink's maxwell-json").get();
        FlinkFormats flink = FlinkFormats.start()) {
      flink.open("maxwell-json", "", "ROW<id INT>");
      List<Message> messages = messages(open(reader, "topic"), delete.told());
      assertThat(flink.decode(messages.get(0).value().orElseThrow())).isEmpty();
    }
  }
}

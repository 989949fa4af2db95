package io.millrace.core.source.datagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.KnownTable;
import io.millrace.api.source.SourceRequest;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatagenSourceTest {
  private static final long BEGIN = 1_700_000_000_000L;

  private final Clock clock = new Clock();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "datagen:?rate=0&limit=3000&tables=3&accounts=150&start=1700000000000",
        "datagen:?rate=0&limit=2000&tables=1&accounts=2&ddl-every=7&start=1700000000000",
        "datagen:?rate=0&limit=300&txn-rows=501&accounts=10&row-bytes=0&start=1700000000000"
      })
  void everyTransactionKeepsTheTotal(String uri) {
    Workload workload = Workload.of(parse(uri));
    Map<TableName, Map<Long, String>> tables = new TreeMap<>();
    Map<TableName, Map<Long, Long>> balances = new HashMap<>();
    Map<RowChange.Kind, Integer> kinds = new HashMap<>();
    for (ChangeEvent event : readAll(open(uri), everything())) {
      if (event instanceof RowBatch batch) {
        for (RowChange row : batch.rows()) {
          kinds.merge(row.kind(), 1, Integer::sum);
          apply(row, tables.computeIfAbsent(row.table().name(), name -> new HashMap<>()));
          if (row.kind() != RowChange.Kind.DELETE && row.table().name().table().startsWith("acc")) {
            balances
                .computeIfAbsent(row.table().name(), name -> new HashMap<>())
                .put(row.after().longAt(0), row.after().longAt(2));
          }
        }
        long total =
            balances.values().stream()
                .flatMap(each -> each.values().stream())
                .mapToLong(Long::longValue)
                .sum();
        assertThat(total).as(batch.position().toString()).isEqualTo(Bank.total(workload));
      }
    }
    assertThat(kinds).containsOnlyKeys(RowChange.Kind.values());
  }

  /** Checks that a change fits what was there, and makes it. */
  private static void apply(RowChange row, Map<Long, String> table) {
    switch (row.kind()) {
      case INSERT ->
          assertThat(table.put(row.after().longAt(0), money(row.after()))).as("%s", row).isNull();
      case UPDATE -> {
        assertThat(row.before().longAt(0)).isEqualTo(row.after().longAt(0));
        assertThat(table.put(row.after().longAt(0), money(row.after())))
            .as("%s", row)
            .isEqualTo(money(row.before()));
      }
      case DELETE ->
          assertThat(table.remove(row.before().longAt(0)))
              .as("%s", row)
              .isEqualTo(money(row.before()));
    }
  }

  /** Returns the first columns, those that no schema change adds or drops. */
  private static String money(Row row) {
    return row.textAt(0) + " " + row.textAt(1) + " " + row.textAt(2) + " " + row.textAt(3);
  }

  @Test
  void thePositionDecidesWhatFollows() {
    String uri = "datagen:?rate=0&limit=9000&txn-rows=3&tables=2&accounts=10&ddl-every=50&start=5";
    List<ChangeEvent> all = changes(readAll(open(uri), everything()));
    assertThat(all).hasSize(9_000);
    for (int from : new int[] {0, 1, 2, 50, 51, 82, 147, 4096, 8999}) {
      ChangeSource source = open(uri);
      Restart restart = new Restart(position(uri, from), Tso.ZERO);
      List<ChangeEvent> again =
          changes(source.open(restart, everything(source)).poll(Duration.ZERO));
      assertThat(again).isNotEmpty();
      assertThat(describe(again)).isEqualTo(describe(all.subList(from, from + again.size())));
    }
    assertThat(describe(changes(readAll(open(uri.replace("?", "?seed=2&")), everything()))))
        .isNotEqualTo(describe(all));
  }

  @Test
  void tsGrowAndResolvedOnesAreKept() {
    String uri = "datagen:?rate=3000&tables=1&accounts=10&ddl-every=10";
    ChangeSource source = open(uri);
    ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), everything(source));
    Tso last = Tso.ZERO;
    SourcePosition place = source.oldest();
    for (int i = 0; i < 200; i++) {
      clock.millis += i % 7;
      for (ChangeEvent event : stream.poll(Duration.ZERO)) {
        if (event instanceof Resolved resolved) {
          assertThat(resolved.ts()).isGreaterThanOrEqualTo(last);
          assertThat(resolved.position()).isGreaterThanOrEqualTo(place);
          last = resolved.ts();
          place = resolved.position();
        } else {
          Tso ts = ts(event);
          assertThat(ts).isGreaterThan(last);
          assertThat(ts.millis()).isBetween(BEGIN, clock.millis);
          assertThat(event.position()).isGreaterThanOrEqualTo(place);
          last = ts;
        }
      }
    }
    assertThat(place.offset()).isEqualTo(3 * (clock.millis - BEGIN + 1));
    assertThat(last.millis()).isEqualTo(clock.millis);
  }

  @Test
  void labelsAreLaterThanTheRestart() {
    ChangeSource source = open("datagen:?rate=10&start=" + BEGIN);
    clock.millis += 1000;
    Tso later = Tso.ofMillis(BEGIN + 60_000, 5);
    List<ChangeEvent> events =
        source.open(new Restart(source.oldest(), later), everything(source)).poll(Duration.ZERO);
    assertThat(ts(events.get(0))).isEqualTo(later.next());
    assertThat(ts(events.get(1))).isEqualTo(later.next().next());
  }

  @Test
  void theLogGrowsWithTheClock() {
    ChangeSource source = open("datagen:?rate=10");
    ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), everything(source));
    assertThat(changes(stream.poll(Duration.ZERO))).hasSize(1);
    assertThat(stream.poll(Duration.ZERO)).isEmpty();
    clock.millis += 99;
    assertThat(changes(stream.poll(Duration.ZERO))).isEmpty();
    clock.millis += 1;
    assertThat(changes(stream.poll(Duration.ZERO))).hasSize(1);
    clock.millis += 1000;
    assertThat(changes(stream.poll(Duration.ZERO))).hasSize(10);
    Head head = source.now();
    assertThat(head.end().offset()).isEqualTo(12);
    assertThat(head.ts()).isEqualTo(Tso.ofMillis(clock.millis, 0));
  }

  @Test
  void locatesTheFirstTransactionAfterATs() {
    ChangeSource source = open("datagen:?rate=2500&limit=5000&start=" + BEGIN);
    clock.millis += 10_000;
    List<ChangeEvent> all =
        changes(readAll(source, new Restart(source.oldest(), Tso.ZERO), everything(source)));
    for (int i = 0; i < all.size(); i += 37) {
      Tso ts = ts(all.get(i));
      assertThat(source.locate(ts.previous()).offset()).isEqualTo(i);
      assertThat(source.locate(ts).offset()).isEqualTo(i + 1);
    }
    assertThat(source.locate(Tso.ZERO)).isEqualTo(source.oldest());
    assertThat(source.locate(Tso.MAX)).isEqualTo(source.now().end());
    assertThat(open("datagen:?rate=0").locate(Tso.MAX).offset()).isZero();
  }

  @Test
  void aLogWithoutRateEndsWhereItHasBeenRead() {
    ChangeSource source = open("datagen:?rate=0");
    assertThat(source.now().end().offset()).isZero();
    ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), everything(source));
    int read = changes(stream.poll(Duration.ZERO)).size();
    assertThat(source.now().end().offset()).isEqualTo(read).isGreaterThan(100);
  }

  @Test
  void restsAtTheLimitButFollowsTheClock() {
    ChangeSource source = open("datagen:?rate=0&limit=5");
    ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), everything(source));
    assertThat(changes(stream.poll(Duration.ZERO))).hasSize(5);
    clock.millis += 999;
    assertThat(stream.poll(Duration.ZERO)).isEmpty();
    clock.millis += 1;
    assertThat(stream.poll(Duration.ZERO))
        .containsExactly(new Resolved(Tso.ofMillis(clock.millis, 0), source.now().end()));
  }

  @Test
  void goesOnWithTheLogOfThePosition() {
    String uri = "datagen:?rate=10";
    ChangeSource first = open(uri);
    clock.millis += 5000;
    Head head = first.now();
    clock.millis += 5000;
    ChangeSource second = open(uri);
    assertThat(second.now().end().offset()).isEqualTo(1);
    ChangeStream stream = second.open(new Restart(head.end(), head.ts()), everything(second));
    List<ChangeEvent> events = stream.poll(Duration.ZERO);
    assertThat(events.get(0).position().offset()).isEqualTo(51);
    assertThat(changes(events)).hasSize(50);
    assertThat(second.now()).isEqualTo(first.now());
  }

  @Test
  void cutsLargeTransactionsIntoSlices() {
    String uri = "datagen:?rate=0&limit=8&txn-rows=20000&accounts=100&tables=1&start=1";
    ChangeSource source = open(uri);
    StreamOptions small = new StreamOptions("s", name -> true, known(source), 10_000);
    Map<Long, List<RowBatch>> slices =
        readAll(source, restart(source), small).stream()
            .filter(RowBatch.class::isInstance)
            .map(RowBatch.class::cast)
            .collect(Collectors.groupingBy(batch -> batch.position().offset()));
    ChangeSource other = open(uri);
    StreamOptions whole = new StreamOptions("s", name -> true, known(other), Integer.MAX_VALUE);
    for (ChangeEvent event : changes(readAll(other, restart(other), whole))) {
      RowBatch expected = (RowBatch) event;
      List<RowBatch> found = slices.get(expected.position().offset());
      assertThat(expected.slice()).isZero();
      assertThat(expected.endOfTransaction()).isTrue();
      assertThat(found.stream().flatMap(batch -> batch.rows().stream()).map(Object::toString))
          .isEqualTo(expected.rows().stream().map(Object::toString).toList());
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).slice()).isEqualTo(i);
        assertThat(found.get(i).endOfTransaction()).isEqualTo(i == found.size() - 1);
        assertThat(found.get(i).bytes()).isBetween(1L, 11_000L);
      }
    }
    assertThat(slices.get(5L)).hasSizeGreaterThan(100);
  }

  @Test
  void announcesTablesBeforeTheirFirstRow() {
    ChangeSource source = open("datagen:?rate=0&limit=300&tables=2&accounts=10");
    Map<TableName, KnownTable> known = known(source);
    known.remove(new TableName("bank", "accounts_2"));
    known.remove(new TableName("bank", "transfers"));
    StreamOptions options =
        new StreamOptions("s", table -> !table.table().equals("transfers"), known);
    List<TableName> met = new ArrayList<>(known.keySet());
    int adopted = 0;
    for (ChangeEvent event : readAll(source, restart(source), options)) {
      if (event instanceof SchemaChange change) {
        assertThat(change.type()).isEqualTo(DdlType.ADOPT_TABLE);
        assertThat(change.position().ordinal()).isEqualTo(1);
        assertThat(change.tables()).hasSize(1);
        TableSchema schema = change.tables().get(0).schema().orElseThrow();
        assertThat(schema.eligible()).isTrue();
        met.add(schema.name());
        adopted++;
      } else if (event instanceof RowBatch batch) {
        assertThat(batch.rows()).isNotEmpty().allMatch(row -> met.contains(row.table().name()));
      }
    }
    assertThat(adopted).isEqualTo(1);
    assertThat(met)
        .containsExactlyInAnyOrder(
            new TableName("bank", "accounts_1"), new TableName("bank", "accounts_2"));
  }

  @Test
  void severalTablesMetInOneTransactionAreToldApart() {
    ChangeSource source =
        open("datagen:?rate=0&limit=300&tables=2&accounts=10&txn-rows=50&start=3");
    Workload workload = Workload.of(parse("datagen:?tables=2&accounts=10&txn-rows=50&start=3"));
    SourcePosition at = new SourcePosition(workload.identity(), 1, 100, 0, "3");
    List<ChangeEvent> events =
        source
            .open(new Restart(at, Tso.ZERO), new StreamOptions("s", name -> true, Map.of()))
            .poll(Duration.ZERO);
    assertThat(events.subList(0, 4))
        .extracting(event -> event.position().offset() + "+" + event.position().ordinal())
        .containsExactly("100+1", "100+2", "100+3", "100+0");
    assertThat(events.get(3)).isInstanceOf(RowBatch.class);
  }

  @Test
  void schemaChangesAlterTheRowsBehindThem() {
    ChangeSource source = open("datagen:?rate=0&limit=900&tables=2&accounts=10&ddl-every=20");
    List<String> statements = new ArrayList<>();
    TableName extended = null;
    int levels = 0;
    for (ChangeEvent event : readAll(source, restart(source), everything(source))) {
      if (event instanceof SchemaChange change) {
        statements.add(change.query());
        boolean adds = change.type() == DdlType.ADD_COLUMN;
        extended = adds ? change.tables().get(0).name() : null;
        assertThat(change.tables().get(0).schema().orElseThrow().columns()).hasSize(adds ? 5 : 4);
      } else if (event instanceof RowBatch batch) {
        for (RowChange row : batch.rows()) {
          boolean expected = row.table().name().equals(extended);
          assertThat(row.table().columns().stream().anyMatch(c -> c.name().equals("level")))
              .isEqualTo(expected);
          if (expected && row.kind() == RowChange.Kind.UPDATE) {
            assertThat(row.after().longAt(4)).isEqualTo(7);
            assertThat(row.before().textAt(4)).isEqualTo("7");
            levels++;
          }
        }
      }
    }
    assertThat(levels).isGreaterThan(100);
    assertThat(statements.subList(0, 4))
        .containsExactly(
            "ALTER TABLE `bank`.`accounts_1` ADD COLUMN `level` BIGINT NOT NULL DEFAULT 7",
            "ALTER TABLE `bank`.`accounts_1` DROP COLUMN `level`",
            "ALTER TABLE `bank`.`accounts_2` ADD COLUMN `level` BIGINT NOT NULL DEFAULT 7",
            "ALTER TABLE `bank`.`accounts_2` DROP COLUMN `level`");
    assertThat(statements).hasSize(900 / 21);
    assertThat(source.tables())
        .hasSize(3)
        .isSortedAccordingTo(Comparator.comparing(TableSchema::name));
  }

  @Test
  void pollWakesWhenATransactionComesIntoBeing() {
    ChangeSource source =
        new DatagenSourceProvider(InstantSource.system()).open(request("datagen:?rate=20"));
    ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), everything(source));
    int found = 0;
    for (int i = 0; found < 5 && i < 100; i++) {
      List<ChangeEvent> events = stream.poll(Duration.ofSeconds(60));
      assertThat(events).isNotEmpty();
      found += changes(events).size();
    }
    assertThat(found).isGreaterThanOrEqualTo(5);
  }

  @Test
  void closeEndsAPollUnderWay() throws Exception {
    ChangeSource source = open("datagen:?rate=1");
    ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), everything(source));
    stream.poll(Duration.ZERO);
    CountDownLatch polling = new CountDownLatch(1);
    CompletableFuture<List<ChangeEvent>> poll =
        CompletableFuture.supplyAsync(
            () -> {
              polling.countDown();
              return stream.poll(Duration.ofMinutes(10));
            });
    assertThat(polling.await(60, TimeUnit.SECONDS)).isTrue();
    source.close();
    source.close();
    assertThat(poll.get(60, TimeUnit.SECONDS)).isEmpty();
    assertThat(stream.poll(Duration.ofMinutes(10))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "datagen:?rates=1, rates",
    "datagen:?rate=x, rate",
    "datagen:?rate=-1, rate",
    "datagen:?accounts=1, accounts",
    "datagen:?tables=1000&accounts=10001, accounts",
    "datagen:?txn-rows=0, txn-rows",
    "datagen:?start=x, start",
    "datagen:bank, bank",
    "datagen://host, host"
  })
  void refusesWhatItDoesNotUnderstand(String uri, String named) {
    assertThatThrownBy(() -> open(uri))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SOURCE_URI_INVALID))
        .hasMessageContaining(named);
  }

  @Test
  void refusesPositionsOfOtherLogs() {
    ChangeSource source = open("datagen:?limit=10&start=7");
    SourcePosition good = source.oldest();
    assertChanged(source, open("datagen:?start=7&seed=2").oldest());
    assertChanged(source, new SourcePosition(good.server(), 1, 11, 0, "7"));
    assertChanged(source, new SourcePosition(good.server(), 1, 5, 0, ""));
    assertThat(source.check()).isEmpty();
  }

  private static void assertChanged(ChangeSource source, SourcePosition at) {
    assertThatThrownBy(() -> source.open(new Restart(at, Tso.ZERO), everything()))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SOURCE_CHANGED));
  }

  private ChangeSource open(String uri) {
    return new DatagenSourceProvider(clock).open(request(uri));
  }

  private static SourceRequest request(String uri) {
    return new SourceRequest(parse(uri), "default", Optional.empty());
  }

  private static ConnectorUri parse(String uri) {
    return ConnectorUri.parse(uri, StandardErrorCode.SOURCE_URI_INVALID);
  }

  private static SourcePosition position(String uri, long entry) {
    return new SourcePosition(Workload.of(parse(uri)).identity(), 1, entry, 0, "5");
  }

  private static Restart restart(ChangeSource source) {
    return new Restart(source.oldest(), Tso.ZERO);
  }

  private static StreamOptions everything() {
    return new StreamOptions("s", name -> true, Map.of());
  }

  private static StreamOptions everything(ChangeSource source) {
    Predicate<TableName> all = name -> true;
    return new StreamOptions("s", all, known(source));
  }

  private static Map<TableName, KnownTable> known(ChangeSource source) {
    Map<TableName, KnownTable> known = new HashMap<>();
    for (TableSchema table : source.tables()) {
      known.put(table.name(), new KnownTable(table, source.oldest()));
    }
    return known;
  }

  private static List<ChangeEvent> readAll(ChangeSource source, StreamOptions options) {
    return readAll(source, restart(source), options);
  }

  /** Returns all events up to a limited log's end. */
  private static List<ChangeEvent> readAll(
      ChangeSource source, Restart from, StreamOptions options) {
    List<ChangeEvent> all = new ArrayList<>();
    try (ChangeStream stream = source.open(from, options)) {
      List<ChangeEvent> some = stream.poll(Duration.ZERO);
      while (!some.isEmpty()) {
        all.addAll(some);
        some = stream.poll(Duration.ZERO);
      }
    }
    return all;
  }

  /** Returns the entries of the log among events: neither resolved ts nor adoptions. */
  private static List<ChangeEvent> changes(List<ChangeEvent> events) {
    return events.stream()
        .filter(event -> !(event instanceof Resolved))
        .filter(e -> !(e instanceof SchemaChange change && change.type() == DdlType.ADOPT_TABLE))
        .toList();
  }

  private static Tso ts(ChangeEvent event) {
    return event instanceof RowBatch batch ? batch.commitTs() : ((SchemaChange) event).commitTs();
  }

  /** Returns what does not depend on where reading began. */
  private static List<String> describe(List<ChangeEvent> events) {
    return events.stream()
        .map(
            event ->
                event.position()
                    + (event instanceof RowBatch batch
                        ? batch.rows().toString() + batch.bytes()
                        : ((SchemaChange) event).query()))
        .toList();
  }

  private static final class Clock implements InstantSource {
    private long millis = BEGIN;

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }
}

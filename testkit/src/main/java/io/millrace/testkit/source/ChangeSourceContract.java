package io.millrace.testkit.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.KnownTable;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every source must do. A subclass opens a source and makes its upstream change rows. Every
 * stream a test reads is held to {@link StreamRules} as well.
 *
 * <p><i>Source:</i> the documentation of {@link ChangeSource} and {@link ChangeStream}.
 */
@Timeout(120)
public abstract class ChangeSourceContract {
  private static final int LARGE = 1 << 20;
  private static final int SMALL = 256;
  private static final int TRANSACTIONS = 20;
  private static final int MOST_RESTARTS = 25;
  private static final int MOST_POLLS = 300;
  private static final int MOST_CUTS = 12;

  private ChangeSource source;
  private Restart begin;

  /** For subclasses. */
  protected ChangeSourceContract() {}

  /** Opens the source. */
  protected abstract ChangeSource open();

  /**
   * Returns where streams of the test begin. Behind it, at once or soon, come at least so many
   * transactions, each with rows of every table of {@link #tables()}, and at least one of them with
   * rows of more than 1 KiB.
   */
  protected abstract Restart begin(ChangeSource source, int transactions);

  /** Returns at least two tables; the upstream may have others. Asked after {@link #begin}. */
  protected abstract Set<TableName> tables();

  /**
   * Breaks the connections over which open streams read, where a test can: they reconnect by
   * themselves.
   *
   * @return whether it did
   */
  protected boolean cutConnections() {
    return false;
  }

  /** Opens the source and lets rows change. */
  @BeforeEach
  protected void prepare() {
    source = open();
    begin = begin(source, TRANSACTIONS);
  }

  /** Closes the source. */
  @AfterEach
  protected void closeSource() {
    source.close();
  }

  private ChangeStream stream(Restart from, Predicate<TableName> wanted, int slice) {
    return stream(from, wanted, Map.of(), slice);
  }

  private ChangeStream stream(
      Restart from, Predicate<TableName> wanted, Map<TableName, KnownTable> known, int slice) {
    return source.open(from, new StreamOptions("contract", wanted, known, slice));
  }

  private boolean isWanted(TableName table) {
    return tables().contains(table);
  }

  /** Reads until so many transactions have ended and a promise covers them. */
  private static List<ChangeEvent> read(ChangeStream stream, StreamRules rules, int transactions) {
    List<ChangeEvent> events = new ArrayList<>();
    int ended = 0;
    boolean promised = false;
    int idle = 0;
    while (ended < transactions || !promised) {
      assertThat(idle++)
          .as("polls without rows after %d transactions", ended)
          .isLessThan(MOST_POLLS);
      for (ChangeEvent event : stream.poll(Duration.ofMillis(200))) {
        rules.take(event);
        events.add(event);
        idle = event instanceof RowBatch ? 0 : idle;
        ended += event instanceof RowBatch batch && batch.endOfTransaction() ? 1 : 0;
        promised = event instanceof Resolved && ended >= transactions && !rules.isInTransaction();
      }
    }
    return events;
  }

  private List<ChangeEvent> readAll(int slice) {
    try (ChangeStream stream = stream(begin, this::isWanted, slice)) {
      return read(stream, new StreamRules(this::isWanted, Set.of()), TRANSACTIONS);
    }
  }

  private static <T extends ChangeEvent> List<T> only(Class<T> kind, List<ChangeEvent> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Returns the rows of the first transactions, each with its place. */
  private static List<String> rows(List<ChangeEvent> events, SourcePosition from, int most) {
    Map<SourcePosition, List<String>> transactions = new LinkedHashMap<>();
    for (RowBatch batch : only(RowBatch.class, events)) {
      if (!batch.position().isBefore(from)) {
        List<String> rows = transactions.computeIfAbsent(batch.position(), p -> new ArrayList<>());
        if (batch.slice() == 0) {
          rows.clear();
        }
        batch.rows().forEach(row -> rows.add(batch.position() + " " + RowText.of(row)));
      }
    }
    return transactions.values().stream().limit(most).flatMap(List::stream).toList();
  }

  @Test
  void rowsOfEveryTableComeInOrder() {
    List<ChangeEvent> events = readAll(LARGE);
    Set<TableName> seen =
        only(RowBatch.class, events).stream()
            .flatMap(batch -> batch.rows().stream())
            .map(row -> row.table().name())
            .collect(Collectors.toSet());
    assertThat(seen).isEqualTo(tables());
  }

  @Test
  void tablesAreAnnouncedOnceBeforeTheirFirstRow() {
    List<SchemaChange> changes = only(SchemaChange.class, readAll(LARGE));
    assertThat(changes)
        .filteredOn(change -> change.type() == DdlType.ADOPT_TABLE)
        .extracting(change -> change.tables().get(0).name())
        .containsExactlyInAnyOrderElementsOf(tables());
  }

  @Test
  void knownTablesAreNotAnnounced() {
    Map<TableName, KnownTable> known = new HashMap<>();
    for (TableSchema table : source.tables()) {
      known.put(table.name(), new KnownTable(table, begin.position()));
    }
    assertThat(known.keySet()).containsAll(tables());
    try (ChangeStream stream = stream(begin, this::isWanted, known, LARGE)) {
      StreamRules rules = new StreamRules(this::isWanted, known.keySet());
      assertThat(only(SchemaChange.class, read(stream, rules, TRANSACTIONS)))
          .filteredOn(change -> change.type() == DdlType.ADOPT_TABLE)
          .isEmpty();
    }
  }

  @Test
  void slicesAreOfTheSizeAskedForAndHoldTheSameRows() {
    List<ChangeEvent> large = readAll(LARGE);
    List<ChangeEvent> small = readAll(SMALL);
    SourcePosition from = begin.position();
    assertThat(rows(small, from, TRANSACTIONS)).isEqualTo(rows(large, from, TRANSACTIONS));
    long most =
        only(RowBatch.class, large).stream()
            .flatMap(batch -> batch.rows().stream())
            .mapToLong(row -> row.bytes())
            .max()
            .orElseThrow();
    assertThat(only(RowBatch.class, small))
        .anyMatch(batch -> batch.slice() > 0)
        .filteredOn(batch -> batch.rows().size() > 1)
        .allMatch(batch -> batch.bytes() < 16 * (SMALL + most));
  }

  @Test
  void everyRestartGivesTheRest() {
    List<ChangeEvent> events = readAll(SMALL);
    List<Restart> restarts =
        Stream.concat(
                Stream.of(begin), only(Resolved.class, events).stream().map(Resolved::restart))
            .distinct()
            .toList();
    for (Restart restart : restarts.subList(0, Math.min(MOST_RESTARTS, restarts.size()))) {
      int left = (int) endsFrom(events, restart.position());
      try (ChangeStream stream = stream(restart, this::isWanted, LARGE)) {
        StreamRules rules = new StreamRules(this::isWanted, Set.of());
        List<ChangeEvent> again = read(stream, rules, left);
        assertThat(rows(again, restart.position(), left))
            .as("from %s", restart)
            .isEqualTo(rows(events, restart.position(), left));
      }
    }
  }

  private static long endsFrom(List<ChangeEvent> events, SourcePosition from) {
    return only(RowBatch.class, events).stream()
        .filter(batch -> batch.endOfTransaction() && !batch.position().isBefore(from))
        .count();
  }

  @Test
  void aStreamThatReconnectsMissesAndRepeatsNothing() {
    List<ChangeEvent> whole = readAll(SMALL);
    for (int polls = 1; polls <= MOST_CUTS; polls++) {
      List<ChangeEvent> events = new ArrayList<>();
      try (ChangeStream stream = stream(begin, this::isWanted, SMALL)) {
        StreamRules rules = new StreamRules(this::isWanted, Set.of());
        for (int i = 0; i < polls; i++) {
          for (ChangeEvent event : stream.poll(Duration.ofMillis(200))) {
            rules.take(event);
            events.add(event);
          }
        }
        assumeTrue(cutConnections(), "the connections of this source cannot be cut");
        int ended = (int) endsFrom(events, begin.position());
        events.addAll(read(stream, rules, TRANSACTIONS - ended));
      }
      assertThat(rows(events, begin.position(), TRANSACTIONS))
          .as("cut after %d polls", polls)
          .isEqualTo(rows(whole, begin.position(), TRANSACTIONS));
    }
  }

  @Test
  void tablesNotAskedForAreLeftOut() {
    TableName wanted = tables().iterator().next();
    try (ChangeStream stream = stream(begin, wanted::equals, LARGE)) {
      StreamRules rules = new StreamRules(wanted::equals, Set.of());
      List<ChangeEvent> events = read(stream, rules, TRANSACTIONS);
      assertThat(only(RowBatch.class, events)).isNotEmpty();
    }
  }

  @Test
  void whatWasReadIsPromised() {
    List<ChangeEvent> events = readAll(LARGE);
    List<RowBatch> batches = only(RowBatch.class, events);
    List<Resolved> promises = only(Resolved.class, events);
    Resolved last = promises.get(promises.size() - 1);
    assertThat(last.position()).isGreaterThan(batches.get(batches.size() - 1).position());
    assertThat(last.position().isBefore(source.oldest())).isFalse();
  }

  @Test
  void theLogWasNotBegunLaterThanNow() {
    Tso begun = source.oldestTs().orElse(Tso.ZERO);
    assertThat(begun).isLessThanOrEqualTo(source.now().ts());
  }

  @Test
  void aPollUnderWayEndsWhenTheStreamIsClosed() throws Exception {
    ChangeStream stream = stream(begin, table -> false, LARGE);
    CompletableFuture<Boolean> reader =
        CompletableFuture.supplyAsync(
            () -> {
              for (int polls = 0; polls < MOST_POLLS; polls++) {
                if (stream.poll(Duration.ofSeconds(60)).isEmpty()) {
                  return true;
                }
              }
              return false;
            });
    stream.close();
    stream.close();
    assertThat(reader.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingTheSourceClosesItsStreams() throws Exception {
    ChangeStream stream = stream(begin, this::isWanted, LARGE);
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              while (!stream.poll(Duration.ofSeconds(60)).isEmpty()) {
                Thread.onSpinWait();
              }
            });
    source.close();
    reader.get(10, TimeUnit.SECONDS);
  }
}

package io.millrace.testkit;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.api.event.ColumnType.VARCHAR;
import static io.millrace.testkit.event.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.testkit.event.TableBuilder;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.source.ScriptedTransaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A life of one changefeed, led by a seed: created, fed with transactions and schema changes,
 * failing at either end, stalled, paused, killed anywhere and started again; in the end the
 * downstream must hold what the upstream does.
 */
final class Scenario {
  private static final ChangefeedId FEED = new ChangefeedId("life");
  private static final int STEPS = 5;

  private final SplittableRandom random;
  private final CdcExtension cdc;
  private final List<TableName> tables = new ArrayList<>();
  private final List<RowChange> seen = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private final boolean consumed;
  private boolean consumerFails;
  private long ids;

  private Scenario(long seed, CdcExtension cdc) {
    this.random = new SplittableRandom(seed);
    this.cdc = cdc;
    this.consumed = random.nextBoolean();
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      tables.add(cdc.source().add(notes()));
    }
    cdc.consumer("life", this::see);
  }

  /** Prints the digests of some lives, those of seed 0 and on. */
  public static void main(String[] arguments) {
    Logger.getLogger("io.millrace").setLevel(Level.OFF);
    for (long seed = 0; seed < Long.parseLong(arguments[0]); seed++) {
      System.out.println("life " + run(seed));
    }
  }

  /** Lives the life of a seed; returns a digest of all that was stored and delivered. */
  static String run(long seed) {
    try (CdcExtension cdc = new CdcExtension(seed)) {
      Scenario life = new Scenario(seed, cdc);
      try {
        life.live();
        return life.digest();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + life.steps, e);
      }
    }
  }

  private static CdcException fault() {
    return new CdcException(StandardErrorCode.CONSUMER_FAILED, "a fault of the scenario");
  }

  private TableBuilder notes() {
    return table("shop.t" + tables.size())
        .column("id", BIGINT)
        .column("note", VARCHAR)
        .primaryKey("id");
  }

  private void see(Changes changes) {
    if (consumerFails) {
      throw fault();
    }
    seen.addAll(changes.rows());
    changes.ack();
  }

  private void live() {
    cdc.service()
        .create(
            ChangefeedSpec.builder(consumed ? "consumer://life" : "recording://")
                .id(FEED.value())
                .build());
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    mend();
    cdc.advance(Duration.ofMillis(200));
    // what was met before it was mended may have been reported after it
    cdc.service().resume(FEED);
    cdc.runUntilIdle();
    assertThat(cdc.service().changefeed(FEED).state())
        .as("%s", cdc.service().changefeed(FEED).error())
        .isEqualTo(ChangefeedState.NORMAL);
    checkContents();
    checkOrder();
  }

  private void step() {
    switch (random.nextInt(10)) {
      case 0 -> {
        steps.add("add a column");
        cdc.source().addColumn(any(), TableBuilder.of("c" + ++ids, BIGINT));
      }
      case 1 -> {
        steps.add("create a table");
        tables.add(cdc.source().create(notes()));
      }
      case 2 -> crash();
      case 3 -> failDownstream();
      case 4 -> failUpstream();
      case 5 -> pause();
      default -> commit();
    }
  }

  private TableName any() {
    return tables.get(random.nextInt(tables.size()));
  }

  private void commit() {
    steps.add("commit");
    ScriptedTransaction transaction = cdc.source().transaction();
    Map<TableName, List<Row>> rows = new HashMap<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      TableName into = any();
      List<Row> there =
          rows.computeIfAbsent(into, name -> new ArrayList<>(cdc.source().rows(name)));
      int what = random.nextInt(3);
      if (what == 0 || there.isEmpty()) {
        transaction.insert(into, ++ids, "n" + ids);
      } else {
        long id = there.remove(random.nextInt(there.size())).longAt(0);
        if (what == 1) {
          transaction.update(into, id, "u" + random.nextInt(1000));
        } else {
          transaction.delete(into, id);
        }
      }
    }
    transaction.commit();
    if (random.nextBoolean()) {
      cdc.runUntilIdle();
    }
  }

  private void crash() {
    CrashPoint[] points = CrashPoint.values();
    CrashPoint point = points[random.nextInt(points.length)];
    int nth = random.nextInt(1, 4);
    steps.add("crash before " + point + " " + nth);
    cdc.crashBefore(point, nth);
    commit();
    cdc.runUntilIdle();
    cdc.restart();
  }

  private void failDownstream() {
    steps.add("the downstream fails");
    consumerFails = true;
    cdc.sink().fail(fault());
    commit();
    cdc.advance(Duration.ofMillis(random.nextInt(1, 4) * 200L));
    mend();
  }

  private void failUpstream() {
    steps.add("the upstream fails");
    cdc.source().stall(random.nextBoolean());
    cdc.source().fail(new CdcException(StandardErrorCode.SOURCE_UNAVAILABLE, "a fault"));
    cdc.advance(Duration.ofMillis(random.nextInt(1, 4) * 200L));
    mend();
  }

  private void pause() {
    steps.add("pause");
    cdc.service().pause(FEED);
    commit();
    cdc.advance(Duration.ofMillis(200));
    cdc.service().resume(FEED);
  }

  private void mend() {
    consumerFails = false;
    cdc.sink().mend();
    cdc.source().mend();
    cdc.source().stall(false);
    cdc.service().resume(FEED);
  }

  private List<RowChange> delivered() {
    return consumed ? seen : cdc.sink().rows();
  }

  private void checkContents() {
    Map<String, String> downstream = new TreeMap<>();
    for (RowChange change : delivered()) {
      if (change.kind() != RowChange.Kind.INSERT) {
        downstream.remove(key(change.table().name(), change.before()));
      }
      if (change.kind() != RowChange.Kind.DELETE) {
        downstream.put(key(change.table().name(), change.after()), text(change.after()));
      }
    }
    Map<String, String> upstream = new TreeMap<>();
    for (TableName table : tables) {
      cdc.source().rows(table).forEach(row -> upstream.put(key(table, row), text(row)));
    }
    assertThat(downstream).isEqualTo(upstream);
  }

  private static String key(TableName table, Row row) {
    return table + " " + row.longAt(0);
  }

  /** Returns the values of a row but for columns that were added later. */
  private static String text(Row row) {
    return row.textAt(1).toString();
  }

  /** Checks that no transaction of a table came first behind a later one. */
  private void checkOrder() {
    Map<TableName, Long> furthest = new HashMap<>();
    List<String> met = new ArrayList<>();
    for (Recorded each : cdc.sink().records()) {
      String what = each.kind() + " " + each.table() + " " + each.position();
      if (each.kind() == Recorded.Kind.DURABLE && !met.contains(what)) {
        met.add(what);
        long at = each.position().offset();
        assertThat(at).isGreaterThan(furthest.getOrDefault(each.table(), 0L));
        furthest.put(each.table(), at);
      }
    }
  }

  private String digest() {
    Hasher all = Hashing.sha256().newHasher();
    steps.forEach(each -> add(all, each));
    delivered().forEach(each -> add(all, each));
    cdc.sink().records().forEach(each -> add(all, each));
    // a capture tells its process, which is another each time
    cdc.stored()
        .entries()
        .forEach(each -> add(all, each.toString().replaceAll("\"pid\":\\d+", "")));
    return all.hash().toString();
  }

  private static void add(Hasher all, Object what) {
    all.putString(what.toString(), StandardCharsets.UTF_8);
  }
}

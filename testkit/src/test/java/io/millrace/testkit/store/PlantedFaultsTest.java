package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Commit;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Entry;
import io.millrace.api.store.Guard;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract catches stores that break it, each by the test that says what is broken. */
class PlantedFaultsTest {
  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private enum Fault {
    LOSES_ABSENT(
        "absentHoldsOnlyWithoutTheKey", inner -> new GuardsDropped(inner, Guard.Absent.class)),
    LOSES_UNCHANGED(
        "unchangedHoldsOnlyAtThatRevision",
        inner -> new GuardsDropped(inner, Guard.Unchanged.class)),
    LOSES_HELD(
        "heldHoldsOverRewritesAndNotOverRecreation",
        inner -> new GuardsDropped(inner, Guard.Held.class)),
    LOSES_UPDATES(
        "countsExactlyWithManyThreads",
        inner -> new Stale(new GuardsDropped(inner, Guard.Unchanged.class))),
    ELECTS_TWO("electsExactlyOne", inner -> new GuardsDropped(inner, Guard.Absent.class)),
    LOOKS_AT_ONE_GUARD(
        "everyGuardMustHold",
        inner ->
            new Changed(inner, txn -> new Txn(txn.guards().stream().limit(1).toList(), txn.ops()))),
    TAKES_HELD_FOR_UNCHANGED(
        "heldHoldsOverRewritesAndNotOverRecreation",
        inner ->
            new Changed(
                inner,
                txn ->
                    new Txn(
                        txn.guards().stream().map(PlantedFaultsTest::unchanged).toList(),
                        txn.ops()))),
    LOSES_THE_LAST_OPERATION(
        "reportsEachRevisionOnceInOrderAndWhole",
        inner ->
            new Changed(
                inner,
                txn ->
                    new Txn(
                        txn.guards(),
                        txn.ops().size() < 2
                            ? txn.ops()
                            : txn.ops().subList(0, txn.ops().size() - 1)))),
    COMMITS_ONE_BY_ONE("givesAllKeysOfOneCommitItsRevision", OneByOne::new),
    COMMITS_ONE_BY_ONE_UNDER_A_LOST_LEASE("aPutUnderALostLeaseIsRefusedWhole", OneByOne::new),
    SHOWS_HALF("readsNeverSeeHalfATransaction", ShowsHalf::new),
    APPLIES_WHEN_REFUSED("aRefusedTransactionLeavesEverythingAsItWas", AppliesWhenRefused::new),
    REPORTS_THE_REFUSED("aRefusedTransactionIsNotReported", AppliesWhenRefused::new),
    READS_BACKWARDS(
        "readsInKeyOrderExactlyWhatHasThePrefix",
        inner -> new Read(inner, PlantedFaultsTest::reversed)),
    READS_TOO_MUCH("readsInKeyOrderExactlyWhatHasThePrefix", LoosePrefix::new),
    FORGETS_CREATE_REVISIONS(
        "keepsCreateRevisionOverRewritesAndRenewsItAfterDelete",
        inner ->
            new Read(
                inner,
                entries -> entries.stream().map(PlantedFaultsTest::withoutCreation).toList())),
    SPOILS_LETTERS(
        "keepsWhatIsPut",
        inner ->
            new Read(inner, entries -> entries.stream().map(PlantedFaultsTest::asAscii).toList())),
    REVISION_STANDS_STILL("growsTheRevisionWithEveryChange", StandsStill::new),
    WATCH_LOSES("reportsEachRevisionOnceInOrderAndWhole", inner -> new Watched(inner, 2)),
    WATCH_LOSES_UNDER_LOAD("aWatchLosesAndRepeatsNothingUnderLoad", inner -> new Watched(inner, 7)),
    WATCH_REPEATS("reportsEachRevisionOnceInOrderAndWhole", Repeating::new),
    WATCH_REPEATS_UNDER_LOAD("aWatchLosesAndRepeatsNothingUnderLoad", Repeating::new),
    WATCH_CUTS_REVISIONS(
        "reportsEachRevisionOnceInOrderAndWhole",
        inner -> new Deltas(inner, delta -> new Delta(delta.revision(), first(delta)))),
    WATCH_BEGINS_LATE("watchesBeginWhereTheyAreTold", inner -> new Shifted(inner, 1)),
    WATCH_BEGINS_EARLY("watchesBeginWhereTheyAreTold", inner -> new Shifted(inner, -1)),
    WATCH_IS_LATE("aWatchSeesAcknowledgedCommitsWithoutWaiting", Late::new),
    WATCH_IGNORES_ITS_PREFIX("watchesOnlyItsPrefix", LooseWatch::new),
    WATCH_HIDES_LAPSES("keysVanishWhenALeaseLapsesAndAreReported", HidesDeletes::new),
    WATCH_HIDES_DELETES("reportsEachRevisionOnceInOrderAndWhole", HidesDeletes::new),
    LEASES_NEVER_LAPSE("keysVanishWhenALeaseLapsesAndAreReported", Endless::new),
    LAPSED_KEYS_GUARD_ON("guardsSeeALapsedKeyAsAbsent", Endless::new),
    LEASES_LAPSE_EARLY("aRenewedLeaseLives", Brief::new),
    LEASES_STAY_WHEN_CLOSED("keysVanishWithAClosedLeaseAndAreReported", Stubborn::new),
    RENEWS_THE_DEAD("keysVanishWhenALeaseLapsesAndAreReported", RenewsAll::new),
    LEASES_HOLD_NOTHING(
        "keysVanishWithAClosedLeaseAndAreReported",
        inner ->
            new Changed(
                inner,
                txn ->
                    new Txn(
                        txn.guards(),
                        txn.ops().stream().map(PlantedFaultsTest::withoutLease).toList()))),
    TAKES_ANY_SIZE("takesAMebibyteAndRefusesMore", TakesAll::new),
    TAKES_ANY_NUMBER("takesAHundredPartsAndRefusesMore", TakesAll::new),
    STAYS_OPEN("refusesEverythingWhenClosed", StaysOpen::new),
    KEEPS_LEASES_OF_THE_CLOSED("whatWasCommittedOutlivesTheHandleButNotItsLeases", StaysOpen::new);

    private final String caughtBy;
    private final UnaryOperator<MetaStore> plant;

    Fault(String caughtBy, UnaryOperator<MetaStore> plant) {
      this.caughtBy = caughtBy;
      this.plant = plant;
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isCaught(Fault fault) throws Exception {
    assertThat(run(test(fault.caughtBy), fault.plant)).isPresent();
  }

  @Test
  void aSoundStoreBehindTheSameWrapperPasses() throws Exception {
    for (Method test : tests()) {
      assertThat(run(test, Through::new)).as(test.getName()).isEmpty();
    }
  }

  @Test
  void aFaultyStoreWithoutAFaultPasses() throws Exception {
    for (Method test : tests()) {
      assertThat(run(test, FaultyStore::new)).as(test.getName()).isEmpty();
    }
  }

  @Test
  void aStoreThatForgetsOnCloseIsCaught() throws Exception {
    Suite forgetful =
        new Suite(UnaryOperator.identity()) {
          @Override
          protected MetaStore open() {
            return new MemoryStore(new ManualClock()).open();
          }
        };
    assertThat(run(test("whatWasCommittedOutlivesTheHandleButNotItsLeases"), forgetful))
        .isPresent();
    assertThat(run(test("handlesShareOneStore"), forgetful)).isPresent();
  }

  private static List<Method> tests() {
    return Arrays.stream(MetaStoreContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .toList();
  }

  private static Method test(String name) {
    return tests().stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
  }

  private static Optional<Throwable> run(Method test, UnaryOperator<MetaStore> plant)
      throws Exception {
    return run(test, new Suite(plant));
  }

  /** Returns why a test fails, or empty if it passes. */
  private static Optional<Throwable> run(Method test, Suite suite) throws Exception {
    suite.begin();
    try {
      test.invoke(suite);
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.of(e.getCause());
    } finally {
      suite.end();
    }
  }

  private static class Suite extends MetaStoreContract {
    private final ManualClock clock = new ManualClock();
    private final MemoryStore memory = new MemoryStore(clock);
    private final UnaryOperator<MetaStore> plant;

    Suite(UnaryOperator<MetaStore> plant) {
      this.plant = plant;
    }

    @Override
    protected MetaStore open() {
      return plant.apply(memory.open());
    }

    @Override
    protected void elapse(Duration time) {
      clock.advance(time);
    }

    @Override
    protected Duration patience() {
      return Duration.ofMillis(500);
    }
  }

  private static Guard unchanged(Guard guard) {
    return guard instanceof Guard.Held held
        ? new Guard.Unchanged(held.key(), held.createRevision())
        : guard;
  }

  private static List<Entry> reversed(List<Entry> entries) {
    List<Entry> reversed = new ArrayList<>(entries);
    Collections.reverse(reversed);
    return reversed;
  }

  private static Entry withoutCreation(Entry entry) {
    return new Entry(entry.key(), entry.value(), entry.modRevision(), entry.modRevision());
  }

  private static Entry asAscii(Entry entry) {
    return new Entry(
        entry.key(),
        entry.value().replaceAll("[^\\x00-\\x7f]", "?"),
        entry.createRevision(),
        entry.modRevision());
  }

  private static Op withoutLease(Op op) {
    return op instanceof Op.Put put ? new Op.Put(put.key(), put.value()) : op;
  }

  private static List<Delta.Change> first(Delta delta) {
    return delta.changes().subList(0, 1);
  }

  /** Does just what the store behind it does. */
  private static class Through implements MetaStore {
    final MetaStore inner;

    Through(MetaStore inner) {
      this.inner = inner;
    }

    @Override
    public Snapshot read(String prefix) {
      return inner.read(prefix);
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(txn);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      return inner.watch(prefix, afterRevision);
    }

    @Override
    public Lease lease(Duration ttl) {
      return inner.lease(ttl);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private static final class Changed extends Through {
    private final UnaryOperator<Txn> change;

    Changed(MetaStore inner, UnaryOperator<Txn> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(change.apply(txn));
    }
  }

  private static final class GuardsDropped extends Through {
    private final Class<? extends Guard> kind;

    GuardsDropped(MetaStore inner, Class<? extends Guard> kind) {
      super(inner);
      this.kind = kind;
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(
          new Txn(txn.guards().stream().filter(g -> !kind.isInstance(g)).toList(), txn.ops()));
    }
  }

  private static final class OneByOne extends Through {
    OneByOne(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      Commit commit = inner.commit(new Txn(txn.guards(), List.of()));
      for (Op op : commit.applied() ? txn.ops() : List.<Op>of()) {
        commit = inner.commit(new Txn(List.of(), List.of(op)));
      }
      return commit;
    }
  }

  /** Every fifth read is one behind, as if another thread had committed since. */
  private static final class Stale extends Through {
    private Optional<Snapshot> before = Optional.empty();
    private int reads;

    Stale(MetaStore inner) {
      super(inner);
    }

    @Override
    public synchronized Snapshot read(String prefix) {
      Snapshot now = inner.read(prefix);
      Snapshot shown = ++reads % 5 == 0 ? before.orElse(now) : now;
      before = Optional.of(now);
      return shown;
    }
  }

  /** From its second commit on, goes on after the first operation only when that was read. */
  private static final class ShowsHalf extends Through {
    private volatile CountDownLatch read = new CountDownLatch(0);
    private int commits;

    ShowsHalf(MetaStore inner) {
      super(inner);
    }

    @Override
    public Snapshot read(String prefix) {
      CountDownLatch awaited = read;
      Snapshot snapshot = inner.read(prefix);
      awaited.countDown();
      return snapshot;
    }

    @Override
    public Commit commit(Txn txn) {
      if (commits++ == 0) {
        return inner.commit(txn);
      }
      inner.commit(new Txn(txn.guards(), txn.ops().subList(0, 1)));
      CountDownLatch awaited = new CountDownLatch(1);
      read = awaited;
      try {
        assertThat(awaited.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return inner.commit(new Txn(List.of(), txn.ops().subList(1, txn.ops().size())));
    }
  }

  private static final class AppliesWhenRefused extends Through {
    AppliesWhenRefused(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      Commit commit = inner.commit(txn);
      if (!commit.applied()) {
        inner.commit(new Txn(List.of(), txn.ops()));
      }
      return commit;
    }
  }

  private static final class Read extends Through {
    private final UnaryOperator<List<Entry>> change;

    Read(MetaStore inner, UnaryOperator<List<Entry>> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public Snapshot read(String prefix) {
      Snapshot snapshot = inner.read(prefix);
      return new Snapshot(snapshot.revision(), change.apply(snapshot.entries()));
    }
  }

  private static final class LoosePrefix extends Through {
    LoosePrefix(MetaStore inner) {
      super(inner);
    }

    @Override
    public Snapshot read(String prefix) {
      return inner.read(prefix.substring(0, prefix.length() - 1));
    }
  }

  private static final class StandsStill extends Through {
    StandsStill(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      long before = inner.read("").revision();
      return new Commit(inner.commit(txn).applied(), before);
    }
  }

  private static class Deltas extends Through {
    private final Function<Delta, Delta> change;

    Deltas(MetaStore inner, Function<Delta, Delta> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      Watch watch = inner.watch(prefix, afterRevision);
      return new Watch() {
        @Override
        public Optional<Delta> poll(Duration wait) {
          return watch.poll(wait).map(change);
        }

        @Override
        public void close() {
          watch.close();
        }
      };
    }
  }

  /** Its watches swallow every n-th report. */
  private static final class Watched extends Through {
    private final int every;

    Watched(MetaStore inner, int every) {
      super(inner);
      this.every = every;
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      Watch watch = inner.watch(prefix, afterRevision);
      return new Watch() {
        private int count;

        @Override
        public Optional<Delta> poll(Duration wait) {
          Optional<Delta> next = watch.poll(wait);
          return next.isPresent() && ++count % every == 0 ? watch.poll(wait) : next;
        }

        @Override
        public void close() {
          watch.close();
        }
      };
    }
  }

  /** Its watches say nothing at the first look. */
  private static final class Late extends Through {
    Late(MetaStore inner) {
      super(inner);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      Watch watch = inner.watch(prefix, afterRevision);
      return new Watch() {
        private boolean looked;

        @Override
        public Optional<Delta> poll(Duration wait) {
          looked = !looked;
          return wait.isZero() && looked ? Optional.empty() : watch.poll(wait);
        }

        @Override
        public void close() {
          watch.close();
        }
      };
    }
  }

  /** Its watches report everything twice. */
  private static final class Repeating extends Through {
    Repeating(MetaStore inner) {
      super(inner);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      Watch watch = inner.watch(prefix, afterRevision);
      return new Watch() {
        private Optional<Delta> again = Optional.empty();

        @Override
        public Optional<Delta> poll(Duration wait) {
          Optional<Delta> next = again.isPresent() ? again : watch.poll(wait);
          again = again.isPresent() ? Optional.empty() : next;
          return next;
        }

        @Override
        public void close() {
          watch.close();
        }
      };
    }
  }

  private static final class Shifted extends Through {
    private final int by;

    Shifted(MetaStore inner, int by) {
      super(inner);
      this.by = by;
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      return inner.watch(prefix, afterRevision + by);
    }
  }

  private static final class LooseWatch extends Through {
    LooseWatch(MetaStore inner) {
      super(inner);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      return inner.watch(prefix.substring(0, prefix.length() - 1), afterRevision);
    }
  }

  private static final class HidesDeletes extends Through {
    HidesDeletes(MetaStore inner) {
      super(inner);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      Watch watch = inner.watch(prefix, afterRevision);
      return new Watch() {
        @Override
        public Optional<Delta> poll(Duration wait) {
          Optional<Delta> next = watch.poll(wait);
          while (next.isPresent() && written(next.get()).isEmpty()) {
            next = watch.poll(wait);
          }
          return next.map(delta -> new Delta(delta.revision(), written(delta)));
        }

        @Override
        public void close() {
          watch.close();
        }
      };
    }

    private static List<Delta.Change> written(Delta delta) {
      return delta.changes().stream().filter(c -> c instanceof Delta.Written).toList();
    }
  }

  private static final class Endless extends Through {
    Endless(MetaStore inner) {
      super(inner);
    }

    @Override
    public Lease lease(Duration ttl) {
      return inner.lease(Duration.ofDays(1000));
    }
  }

  private static final class Brief extends Through {
    Brief(MetaStore inner) {
      super(inner);
    }

    @Override
    public Lease lease(Duration ttl) {
      return inner.lease(ttl.dividedBy(3));
    }
  }

  /** Puts want the store's own lease, so this one changes it only after the put. */
  private static final class Stubborn extends Through {
    Stubborn(MetaStore inner) {
      super(inner);
    }

    @Override
    public Lease lease(Duration ttl) {
      return new Wrapped(inner.lease(ttl)) {
        @Override
        public void close() {
          // the fault
        }
      };
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(Wrapped.unwrap(txn));
    }
  }

  private static final class RenewsAll extends Through {
    RenewsAll(MetaStore inner) {
      super(inner);
    }

    @Override
    public Lease lease(Duration ttl) {
      return new Wrapped(inner.lease(ttl)) {
        @Override
        public void renew() {
          // the fault
        }
      };
    }

    @Override
    public Commit commit(Txn txn) {
      return inner.commit(Wrapped.unwrap(txn));
    }
  }

  private static class Wrapped implements Lease {
    final Lease inner;

    Wrapped(Lease inner) {
      this.inner = inner;
    }

    @Override
    public void renew() {
      inner.renew();
    }

    @Override
    public void close() {
      inner.close();
    }

    static Txn unwrap(Txn txn) {
      return new Txn(txn.guards(), txn.ops().stream().map(Wrapped::unwrap).toList());
    }

    private static Op unwrap(Op op) {
      return op instanceof Op.Put put && put.lease().orElse(null) instanceof Wrapped wrapped
          ? new Op.Put(put.key(), put.value(), Optional.of(wrapped.inner))
          : op;
    }
  }

  private static final class TakesAll extends Through {
    TakesAll(MetaStore inner) {
      super(inner);
    }

    @Override
    public Commit commit(Txn txn) {
      Throwable refused = catchThrowable(() -> inner.commit(txn));
      if (refused instanceof CdcException e && e.code() == StandardErrorCode.STORE_TXN_TOO_LARGE) {
        return new Commit(true, inner.read("").revision());
      }
      return inner.commit(txn);
    }
  }

  private static final class StaysOpen extends Through {
    StaysOpen(MetaStore inner) {
      super(inner);
    }

    @Override
    public void close() {
      // the fault
    }
  }
}

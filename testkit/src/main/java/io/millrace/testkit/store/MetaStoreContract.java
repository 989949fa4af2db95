package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link MetaStore} must do, as tests. Subclass it and open your store.
 *
 * <p>The store may hold other keys and others may use it: each test works below a prefix of its
 * own.
 */
public abstract class MetaStoreContract {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Guard[] NO_GUARDS = {};

  private MetaStore store;
  private String prefix;

  /** Creates the suite. */
  @SuppressWarnings("NullAway.Init") // JUnit calls begin() before each test
  protected MetaStoreContract() {}

  /**
   * Returns a handle to the store under test: always the same store within one test, with what was
   * committed before. Called again only when the former handle is closed, unless {@link
   * #shareable()}.
   */
  protected abstract MetaStore open();

  /** Returns whether {@link #open()} may be called while another handle is open. */
  protected boolean shareable() {
    return true;
  }

  /** Returns a short time to live of leases that the store can keep. */
  protected Duration ttl() {
    return Duration.ofSeconds(1);
  }

  /** Returns how long a report may take before it counts as lost. */
  protected Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** Lets time pass: really, unless the store runs on a clock that the subclass can move. */
  protected void elapse(Duration time) {
    try (Watch idle = store.watch(prefix + "never", store.read(prefix).revision())) {
      assertThat(idle.poll(time)).isEmpty();
    }
  }

  /** Opens the store. */
  @BeforeEach
  public final void begin() {
    store = open();
    prefix = "/contract/" + UUID.randomUUID() + "/";
  }

  /** Closes the store. */
  @AfterEach
  public final void end() {
    store.close();
  }

  // revisions and reads

  @Test
  void readsNothingBelowAnUnusedPrefix() {
    assertThat(store.read(prefix).entries()).isEmpty();
  }

  @Test
  void keepsWhatIsPut() {
    Commit commit = put("a", "{\"x\":\"\u00e4\ud83d\ude00\"}");

    assertThat(commit.applied()).isTrue();
    assertThat(entry("a"))
        .contains(
            new Entry(
                prefix + "a",
                "{\"x\":\"\u00e4\ud83d\ude00\"}",
                commit.revision(),
                commit.revision()));
  }

  @Test
  void growsTheRevisionWithEveryChange() {
    long before = store.read(prefix).revision();
    long first = put("a", "1").revision();
    long second = put("a", "1").revision();
    long third = delete("a").revision();

    assertThat(before).isLessThan(first);
    assertThat(first).isLessThan(second);
    assertThat(second).isLessThan(third);
    assertThat(store.read(prefix).revision()).isGreaterThanOrEqualTo(third);
  }

  @Test
  void keepsCreateRevisionOverRewritesAndRenewsItAfterDelete() {
    long created = put("a", "1").revision();
    long written = put("a", "2").revision();
    assertThat(entry("a")).contains(new Entry(prefix + "a", "2", created, written));

    delete("a");
    long again = put("a", "3").revision();

    assertThat(entry("a")).contains(new Entry(prefix + "a", "3", again, again));
  }

  @Test
  void givesAllKeysOfOneCommitItsRevision() {
    long revision = commit(NO_GUARDS, set("a", "1"), set("b", "2"), set("c", "3")).revision();

    assertThat(read())
        .hasSize(3)
        .allMatch(e -> e.modRevision() == revision && e.createRevision() == revision);
  }

  @Test
  void readsInKeyOrderExactlyWhatHasThePrefix() {
    commit(
        NO_GUARDS, set("b/2", "1"), set("b", "1"), set("b/10", "1"), set("c", "1"), set("B", "1"));
    commit(NO_GUARDS, set("b/\u00e9", "1"), set("a", "1"), set("b0", "1"));

    assertThat(store.read(prefix + "b").entries())
        .extracting(e -> e.key().substring(prefix.length()))
        .containsExactly("b", "b/10", "b/2", "b/\u00e9", "b0");
    assertThat(store.read(prefix + "b/").entries())
        .extracting(e -> e.key().substring(prefix.length()))
        .containsExactly("b/10", "b/2", "b/\u00e9");
  }

  @Test
  void deletes() {
    commit(NO_GUARDS, set("a", "1"), set("b", "1"));
    delete("a");
    assertThat(read()).extracting(Entry::key).containsExactly(prefix + "b");
  }

  @Test
  void deletingAnAbsentKeyIsAppliedAndChangesNothing() {
    long before = put("a", "1").revision();
    try (Watch watch = watch(before)) {
      Commit commit = delete("nothing");

      assertThat(commit.applied()).isTrue();
      put("b", "1");
      assertThat(next(watch)).containsExactly("b=1");
    }
  }

  @Test
  void appliesATransactionWithoutOperations() {
    long revision = put("a", "1").revision();
    Commit commit = commit(new Guard[] {new Guard.Unchanged(prefix + "a", revision)});
    assertThat(commit.applied()).isTrue();
    assertThat(commit.revision()).isGreaterThanOrEqualTo(revision);
  }

  // guards

  @Test
  void absentHoldsOnlyWithoutTheKey() {
    Guard absent = new Guard.Absent(prefix + "a");
    assertGuard(true, absent);
    put("a", "1");
    assertGuard(false, absent);
    delete("a");
    assertGuard(true, absent);
  }

  @Test
  void unchangedHoldsOnlyAtThatRevision() {
    long first = put("a", "1").revision();
    assertGuard(true, new Guard.Unchanged(prefix + "a", first));
    long second = put("a", "1").revision();
    assertGuard(false, new Guard.Unchanged(prefix + "a", first));
    assertGuard(true, new Guard.Unchanged(prefix + "a", second));
    delete("a");
    assertGuard(false, new Guard.Unchanged(prefix + "a", second));
  }

  @Test
  void heldHoldsOverRewritesAndNotOverRecreation() {
    long created = put("a", "1").revision();
    put("a", "2");
    assertGuard(true, new Guard.Held(prefix + "a", created));
    assertGuard(false, new Guard.Held(prefix + "a", created - 1));
    delete("a");
    assertGuard(false, new Guard.Held(prefix + "a", created));
    put("a", "2");
    assertGuard(false, new Guard.Held(prefix + "a", created));
  }

  @Test
  void everyGuardMustHold() {
    long revision = put("a", "1").revision();
    Guard holds = new Guard.Unchanged(prefix + "a", revision);
    Guard fails = new Guard.Absent(prefix + "a");

    assertGuard(false, holds, fails);
    assertGuard(false, fails, holds);
    assertGuard(true, holds, new Guard.Held(prefix + "a", revision));
  }

  @Test
  void aRefusedTransactionLeavesEverythingAsItWas() {
    put("a", "1");
    put("b", "1");
    Snapshot before = store.read(prefix);

    Commit commit =
        commit(
            new Guard[] {new Guard.Absent(prefix + "a")}, set("c", "1"), set("b", "2"), unset("a"));

    assertThat(commit.applied()).isFalse();
    assertThat(store.read(prefix).entries()).isEqualTo(before.entries());
  }

  // watches

  @Test
  void reportsEachRevisionOnceInOrderAndWhole() {
    long start = store.read(prefix).revision();
    long first = commit(NO_GUARDS, set("b", "1"), set("a", "1")).revision();
    try (Watch watch = watch(start)) {
      long second = commit(NO_GUARDS, unset("a"), set("c", "2")).revision();

      Delta one = poll(watch);
      assertThat(one.revision()).isEqualTo(first);
      assertThat(changes(one)).containsExactly("a=1", "b=1");
      Delta two = poll(watch);
      assertThat(two.revision()).isEqualTo(second);
      assertThat(changes(two)).containsExactly("-a", "c=2");
      assertThat(watch.poll(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void reportsEntriesAsTheyAreRead() {
    try (Watch watch = watch(store.read(prefix).revision())) {
      put("a", "1");
      put("a", "2");
      poll(watch);
      assertThat(poll(watch).changes())
          .containsExactly(new Delta.Written(entry("a").orElseThrow()));
    }
  }

  @Test
  void watchesOnlyItsPrefix() {
    try (Watch watch = store.watch(prefix + "in/", store.read(prefix).revision())) {
      put("out", "1");
      commit(NO_GUARDS, set("in/a", "1"), set("in", "1"), set("inn", "1"));
      put("out", "2");
      put("in/b", "1");

      assertThat(next(watch)).containsExactly("in/a=1");
      assertThat(next(watch)).containsExactly("in/b=1");
      assertThat(watch.poll(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void watchesBeginWhereTheyAreTold() {
    put("a", "1");
    long second = put("a", "2").revision();
    put("a", "3");
    try (Watch watch = watch(second)) {
      assertThat(next(watch)).containsExactly("a=3");
      assertThat(watch.poll(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void aWatchSeesAcknowledgedCommitsWithoutWaiting() {
    try (Watch watch = watch(store.read(prefix).revision())) {
      for (int i = 0; i < 100; i++) {
        put("a", Integer.toString(i));
        assertThat(watch.poll(Duration.ZERO).map(MetaStoreContract::size)).contains(1);
      }
    }
  }

  @Test
  void aRefusedTransactionIsNotReported() {
    put("a", "1");
    try (Watch watch = watch(store.read(prefix).revision())) {
      commit(new Guard[] {new Guard.Absent(prefix + "a")}, set("a", "2"));
      put("a", "3");
      assertThat(next(watch)).containsExactly("a=3");
    }
  }

  @Test
  void severalWatchesSeeTheSame() {
    long start = store.read(prefix).revision();
    try (Watch one = watch(start);
        Watch two = watch(start)) {
      put("a", "1");
      put("a", "2");
      assertThat(List.of(next(one), next(one))).isEqualTo(List.of(next(two), next(two)));
    }
  }

  @Test
  void aWaitingWatchWakesForACommit() {
    try (Watch watch = watch(store.read(prefix).revision())) {
      CompletableFuture<Optional<Delta>> polled =
          CompletableFuture.supplyAsync(() -> watch.poll(longer()));
      put("a", "1");
      assertThat(inTime(polled).map(MetaStoreContract::size)).contains(1);
    }
  }

  @Test
  void aWaitingWatchReturnsWhenClosed() throws Exception {
    Watch watch = watch(store.read(prefix).revision());
    CountDownLatch polling = new CountDownLatch(1);
    CompletableFuture<Optional<Delta>> polled =
        CompletableFuture.supplyAsync(
            () -> {
              polling.countDown();
              return pollOrNothing(watch);
            });
    polling.await();
    watch.close();
    assertThat(inTime(polled)).isEmpty();
  }

  @Test
  void aWatchLosesAndRepeatsNothingUnderLoad() throws Exception {
    int writers = 4;
    int each = 50;
    try (Watch watch = watch(store.read(prefix).revision())) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String name = "w" + writer;
        running.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < each; i++) {
                    put(name, Integer.toString(i));
                  }
                }));
      }
      List<String> seen = new ArrayList<>();
      long last = 0;
      while (seen.size() < writers * each) {
        Delta delta = poll(watch);
        assertThat(delta.revision()).isGreaterThan(last);
        last = delta.revision();
        seen.addAll(changes(delta));
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new)).get();

      assertThat(watch.poll(Duration.ZERO)).isEmpty();
      for (int writer = 0; writer < writers; writer++) {
        String start = "w" + writer + "=";
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < each; i++) {
          expected.add(start + i);
        }
        assertThat(seen.stream().filter(s -> s.startsWith(start))).isEqualTo(expected);
      }
    }
  }

  // leases

  @Test
  void keysVanishWithAClosedLeaseAndAreReported() {
    Lease lease = store.lease(LONG);
    commit(NO_GUARDS, set("a", "1", lease), set("b", "1", lease), set("c", "1"));
    try (Watch watch = watch(store.read(prefix).revision())) {
      lease.close();
      assertThat(read()).extracting(Entry::key).containsExactly(prefix + "c");
      assertThat(changesUntil(watch, 2)).containsExactlyInAnyOrder("-a", "-b");
    }
    lease.close();
    assertLost(lease::renew);
  }

  @Test
  void keysVanishWhenALeaseLapsesAndAreReported() {
    Lease lease = store.lease(ttl());
    commit(NO_GUARDS, set("a", "1", lease), set("b", "1"));
    long before = store.read(prefix).revision();
    try (Watch watch = watch(before)) {
      elapse(ttl().multipliedBy(3));

      assertThat(read()).extracting(Entry::key).containsExactly(prefix + "b");
      assertThat(next(watch)).containsExactly("-a");
      assertThat(store.read(prefix).revision()).isGreaterThan(before);
    }
    assertLost(lease::renew);
  }

  @Test
  void aWaitingWatchWakesWhenALeaseLapses() {
    Lease lease = store.lease(ttl());
    put("a", "1", lease);
    try (Watch watch = watch(store.read(prefix).revision())) {
      CompletableFuture<Optional<Delta>> polled =
          CompletableFuture.supplyAsync(() -> watch.poll(longer()));
      elapse(ttl().multipliedBy(3));
      assertThat(entry("a")).isEmpty();
      assertThat(inTime(polled).map(this::changes)).contains(List.of("-a"));
    }
  }

  @Test
  void aRenewedLeaseLives() {
    Lease lease = store.lease(ttl());
    put("a", "1", lease);
    for (int i = 0; i < 5; i++) {
      elapse(ttl().dividedBy(2));
      lease.renew();
      assertThat(entry("a")).isPresent();
    }
    elapse(ttl().multipliedBy(3));
    assertThat(entry("a")).isEmpty();
    assertLost(lease::renew);
  }

  @Test
  void aLeaseLapsesAlone() {
    Lease brief = store.lease(ttl());
    Lease lasting = store.lease(LONG.multipliedBy(10));
    put("a", "1", brief);
    put("b", "1", lasting);

    elapse(ttl().multipliedBy(3));

    assertThat(read()).extracting(Entry::key).containsExactly(prefix + "b");
    lasting.renew();
    lasting.close();
    brief.close();
  }

  @Test
  void aPutUnderALostLeaseIsRefusedWhole() {
    Lease lease = store.lease(LONG);
    lease.close();
    assertLost(() -> commit(NO_GUARDS, set("b", "1"), set("a", "1", lease)));
    assertThat(read()).isEmpty();
  }

  @Test
  void aKeyWrittenWithoutALeaseIsFree() {
    Lease lease = store.lease(LONG);
    put("a", "1", lease);
    put("a", "2");
    lease.close();
    assertThat(entry("a").map(Entry::value)).contains("2");
  }

  @Test
  void aKeyMovesToTheLeaseOfItsLastWrite() {
    Lease first = store.lease(LONG);
    Lease second = store.lease(LONG);
    put("a", "1", first);
    put("a", "2", second);
    first.close();
    assertThat(entry("a")).isPresent();
    second.close();
    assertThat(entry("a")).isEmpty();
  }

  @Test
  void aKeyRecreatedAfterItsLeaseHasANewCreateRevision() {
    Lease lease = store.lease(LONG);
    long created = put("a", "1", lease).revision();
    lease.close();
    put("a", "1");
    assertGuard(false, new Guard.Held(prefix + "a", created));
  }

  @Test
  void guardsSeeALapsedKeyAsAbsent() {
    Lease lease = store.lease(ttl());
    long created = put("a", "1", lease).revision();
    elapse(ttl().multipliedBy(3));
    assertGuard(false, new Guard.Held(prefix + "a", created));
    assertGuard(true, new Guard.Absent(prefix + "a"));
  }

  // limits

  @Test
  void takesAHundredPartsAndRefusesMore() {
    List<Guard> guards = new ArrayList<>();
    List<Op> ops = new ArrayList<>();
    for (int i = 0; i < MetaStore.MAX_TXN_PARTS / 2; i++) {
      guards.add(new Guard.Absent(prefix + i));
      ops.add(set(Integer.toString(i), "1"));
    }
    Txn whole = new Txn(guards, ops);
    ops.add(set("more", "1"));

    assertTooLarge(new Txn(guards, ops));
    assertThat(read()).isEmpty();
    assertThat(store.commit(whole).applied()).isTrue();
    assertThat(read()).hasSize(MetaStore.MAX_TXN_PARTS / 2);
  }

  @Test
  void takesAMebibyteAndRefusesMore() {
    String key = prefix + "a";
    String umlauts = "\u00e4".repeat((MetaStore.MAX_TXN_BYTES - key.length()) / 2);
    String most = umlauts + "x".repeat((MetaStore.MAX_TXN_BYTES - key.length()) % 2);

    assertTooLarge(new Txn(List.of(), List.of(new Op.Put(key, most + "x"))));
    assertThat(store.commit(new Txn(List.of(), List.of(new Op.Put(key, most)))).applied()).isTrue();
    assertThat(entry("a").map(Entry::value)).contains(most);
  }

  // concurrency

  @Test
  void countsExactlyWithManyThreads() throws Exception {
    int threads = 4;
    int each = 25;
    put("counter", "0");
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(CompletableFuture.runAsync(() -> increment(each)));
    }
    CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new)).get();
    assertThat(entry("counter").map(Entry::value)).contains(Integer.toString(threads * each));
  }

  @Test
  void electsExactlyOne() throws Exception {
    for (int round = 0; round < 20; round++) {
      String key = "leader" + round;
      List<CompletableFuture<Boolean>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String candidate = Integer.toString(i);
        Guard free = new Guard.Absent(prefix + key);
        running.add(
            CompletableFuture.supplyAsync(
                () -> commit(new Guard[] {free}, set(key, candidate)).applied()));
      }
      int winners = 0;
      for (CompletableFuture<Boolean> one : running) {
        winners += one.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(1);
    }
  }

  @Test
  void readsNeverSeeHalfATransaction() throws Exception {
    commit(NO_GUARDS, set("x", "0"), set("y", "0"));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 1; i <= 200; i++) {
                String value = Integer.toString(i);
                commit(NO_GUARDS, set("x", value), set("y", value));
              }
            });
    boolean last = false;
    while (!last) {
      last = writer.isDone();
      List<Entry> both = read();
      assertThat(both.get(0).value()).isEqualTo(both.get(1).value());
      assertThat(both.get(0).modRevision()).isEqualTo(both.get(1).modRevision());
    }
    writer.get();
  }

  // closing

  @Test
  void refusesEverythingWhenClosed() {
    Watch watch = watch(store.read(prefix).revision());
    Lease lease = store.lease(LONG);
    store.close();
    store.close();

    assertFailed(() -> store.read(prefix));
    assertFailed(() -> put("a", "1"));
    assertFailed(() -> store.watch(prefix, 0));
    assertFailed(() -> store.lease(LONG));
    assertFailed(() -> watch.poll(Duration.ZERO));
    assertThatThrownBy(lease::renew).isInstanceOf(CdcException.class);
  }

  @Test
  void closingWakesItsWatches() {
    Watch watch = watch(store.read(prefix).revision());
    CompletableFuture<Optional<Delta>> polled =
        CompletableFuture.supplyAsync(() -> pollOrNothing(watch));
    store.close();
    assertThat(inTime(polled)).isEmpty();
  }

  @Test
  void whatWasCommittedOutlivesTheHandleButNotItsLeases() {
    Lease lease = store.lease(LONG.multipliedBy(10));
    long created = put("a", "1").revision();
    long written = put("a", "2").revision();
    long last = put("b", "1", lease).revision();
    store.close();
    store = open();

    assertThat(read()).containsExactly(new Entry(prefix + "a", "2", created, written));
    assertThat(store.read(prefix).revision()).isGreaterThan(last);
    assertThat(put("c", "1").revision()).isGreaterThan(last);
  }

  @Test
  void handlesShareOneStore() {
    if (!shareable()) {
      return;
    }
    try (Watch watch = watch(store.read(prefix).revision())) {
      MetaStore other = open();
      Lease lease = other.lease(LONG.multipliedBy(10));
      other.commit(
          new Txn(
              List.of(),
              List.of(new Op.Put(prefix + "a", "1", Optional.of(lease)), set("b", "1"))));
      assertThat(next(watch)).containsExactly("a=1", "b=1");
      assertThat(read()).hasSize(2);

      other.close();

      assertThat(next(watch)).containsExactly("-a");
      assertThat(read()).extracting(Entry::key).containsExactly(prefix + "b");
    }
  }

  // helpers

  private void increment(int times) {
    for (int done = 0; done < times; ) {
      Entry counter = entry("counter").orElseThrow();
      String more = Integer.toString(Integer.parseInt(counter.value()) + 1);
      Guard unchanged = new Guard.Unchanged(prefix + "counter", counter.modRevision());
      if (commit(new Guard[] {unchanged}, set("counter", more)).applied()) {
        done++;
      }
    }
  }

  private void assertGuard(boolean holds, Guard... guards) {
    long before = store.read(prefix).revision();
    String mark = UUID.randomUUID().toString();
    Commit commit = commit(guards, set("probe", mark));

    assertThat(commit.applied()).isEqualTo(holds);
    assertThat(entry("probe").map(Entry::value).filter(mark::equals).isPresent()).isEqualTo(holds);
    assertThat(commit.revision()).isGreaterThanOrEqualTo(before + (holds ? 1 : 0));
  }

  private static void assertLost(Runnable call) {
    assertCode(StandardErrorCode.LEASE_LOST, call);
  }

  private static void assertFailed(Runnable call) {
    assertCode(StandardErrorCode.STORE_FAILED, call);
  }

  private void assertTooLarge(Txn txn) {
    assertCode(StandardErrorCode.STORE_TXN_TOO_LARGE, () -> store.commit(txn));
  }

  private static void assertCode(StandardErrorCode code, Runnable call) {
    CdcException e = catchThrowableOfType(CdcException.class, call::run);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(code);
  }

  private Commit put(String key, String value) {
    return commit(NO_GUARDS, set(key, value));
  }

  private Commit put(String key, String value, Lease lease) {
    return commit(NO_GUARDS, set(key, value, lease));
  }

  private Commit delete(String key) {
    return commit(NO_GUARDS, unset(key));
  }

  private Commit commit(Guard[] guards, Op... ops) {
    return store.commit(new Txn(List.of(guards), List.of(ops)));
  }

  private Op set(String key, String value) {
    return new Op.Put(prefix + key, value);
  }

  private Op set(String key, String value, Lease lease) {
    return new Op.Put(prefix + key, value, Optional.of(lease));
  }

  private Op unset(String key) {
    return new Op.Delete(prefix + key);
  }

  private List<Entry> read() {
    return store.read(prefix).entries();
  }

  private Optional<Entry> entry(String key) {
    return read().stream().filter(e -> e.key().equals(prefix + key)).findFirst();
  }

  private Watch watch(long afterRevision) {
    return store.watch(prefix, afterRevision);
  }

  private Delta poll(Watch watch) {
    return watch
        .poll(patience())
        .orElseThrow(() -> new AssertionError("the watch reports nothing"));
  }

  /** Returns how long a watch may wait that is to be woken: one that is not comes too late. */
  private Duration longer() {
    return patience().multipliedBy(2);
  }

  private Optional<Delta> inTime(CompletableFuture<Optional<Delta>> polled) {
    assertThat(polled).as("the waiting watch").succeedsWithin(patience());
    return polled.join();
  }

  /** Polls a watch that may be closed at any moment, also before the call. */
  private Optional<Delta> pollOrNothing(Watch watch) {
    try {
      return watch.poll(longer());
    } catch (CdcException e) {
      return Optional.empty();
    }
  }

  private List<String> next(Watch watch) {
    return changes(poll(watch));
  }

  private List<String> changesUntil(Watch watch, int count) {
    List<String> all = new ArrayList<>();
    while (all.size() < count) {
      all.addAll(next(watch));
    }
    return Collections.unmodifiableList(all);
  }

  private static int size(Delta delta) {
    return delta.changes().size();
  }

  private List<String> changes(Delta delta) {
    List<String> texts = new ArrayList<>();
    for (Delta.Change change : delta.changes()) {
      String key = change.key().substring(prefix.length());
      texts.add(
          change instanceof Delta.Written written
              ? key + "=" + written.entry().value()
              : "-" + key);
    }
    return texts;
  }
}

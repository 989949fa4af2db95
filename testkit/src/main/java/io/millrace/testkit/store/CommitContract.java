package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.store.Commit;
import io.millrace.api.store.Entry;
import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Snapshot;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The part of {@link MetaStoreContract} that is about reading and committing. */
abstract class CommitContract extends StoreCalls {
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
}

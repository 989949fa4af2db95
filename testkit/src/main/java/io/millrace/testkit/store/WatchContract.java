package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.store.Delta;
import io.millrace.api.store.Guard;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The part of {@link MetaStoreContract} that is about watches. */
abstract class WatchContract extends CommitContract {
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
        assertThat(watch.poll(Duration.ZERO).map(StoreCalls::size)).contains(1);
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
      assertThat(inTime(polled).map(StoreCalls::size)).contains(1);
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
}

package io.millrace.core.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryStoreTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final Hand hand = new Hand();

  @Test
  void aWatchThatLagsBehindTheHistoryIsTold() {
    try (MetaStore store = new MemoryStore(hand, 3).open();
        Watch watch = store.watch("", 0)) {
      for (int i = 0; i < 3; i++) {
        put(store, "a", "1");
      }
      assertThat(watch.poll(Duration.ZERO).map(Delta::revision)).contains(1L);
      put(store, "a", "1");
      put(store, "a", "1");

      assertCompacted(() -> watch.poll(Duration.ZERO));
      assertCompacted(() -> store.watch("", 1));
      try (Watch last = store.watch("", 2)) {
        assertThat(last.poll(Duration.ZERO).map(Delta::revision)).contains(3L);
      }
    }
  }

  @Test
  void theHistoryIsBoundedByItsSizeToo() {
    try (MetaStore store = new MemoryStore(hand).open()) {
      for (int i = 0; i < 40; i++) {
        put(store, "a", "x".repeat(1_000_000));
      }
      assertCompacted(() -> store.watch("", 1));
      store.watch("", 30).close();
    }
  }

  private static void assertCompacted(Runnable call) {
    CdcException e = catchThrowableOfType(CdcException.class, call::run);
    assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_COMPACTED);
  }

  @Test
  void aLeaseLapsesAtItsTimeAndNotBefore() {
    try (MetaStore store = new MemoryStore(hand).open()) {
      Lease lease = store.lease(TTL);
      put(store, "a", "1", lease);
      hand.nanos += TTL.toNanos() - 1;
      assertThat(store.read("").entries()).hasSize(1);
      lease.renew();
      hand.nanos += TTL.toNanos() - 1;
      assertThat(store.read("").entries()).hasSize(1);
      hand.nanos += 1;
      assertThat(store.read("").entries()).isEmpty();
    }
  }

  @Test
  void leasesEndInTheOrderOfTheirTimes() {
    try (MetaStore store = new MemoryStore(hand).open()) {
      put(store, "late", "1", store.lease(TTL.multipliedBy(2)));
      put(store, "early", "1", store.lease(TTL));
      long before = store.read("").revision();
      hand.nanos += TTL.multipliedBy(3).toNanos();
      try (Watch watch = store.watch("", before)) {
        assertThat(watch.poll(Duration.ZERO))
            .contains(new Delta(before + 1, List.of(new Delta.Deleted("early"))));
        assertThat(watch.poll(Duration.ZERO))
            .contains(new Delta(before + 2, List.of(new Delta.Deleted("late"))));
      }
    }
  }

  @Test
  void worksOverTheOverflowOfTheTicker() {
    hand.nanos = Long.MAX_VALUE - 5;
    try (MetaStore store = new MemoryStore(hand).open()) {
      put(store, "a", "1", store.lease(TTL));
      hand.nanos += TTL.toNanos() - 1;
      assertThat(store.read("").entries()).hasSize(1);
      hand.nanos += 1;
      assertThat(store.read("").entries()).isEmpty();
    }
  }

  @Test
  void aLeaseForEverNeverLapses() {
    try (MetaStore store = new MemoryStore(hand).open()) {
      put(store, "a", "1", store.lease(Duration.ofSeconds(Long.MAX_VALUE)));
      hand.nanos += Duration.ofDays(36_500).toNanos();
      assertThat(store.read("").entries()).hasSize(1);
    }
  }

  @Test
  void anInterruptedPollReturnsAndKeepsTheInterrupt() {
    try (MetaStore store = new MemoryStore(hand).open();
        Watch watch = store.watch("", 0)) {
      Thread.currentThread().interrupt();
      assertThat(watch.poll(Duration.ofDays(1))).isEmpty();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void refusesWhatOnlyABugAsksFor() {
    try (MetaStore store = new MemoryStore(hand).open();
        MetaStore other = new MemoryStore(hand).open()) {
      Lease foreign = other.lease(TTL);
      Op twice = new Op.Delete("a");
      assertBug(() -> put(store, "a", "1", foreign));
      assertBug(() -> store.commit(new Txn(List.of(), List.of(twice, twice))));
      assertBug(() -> store.lease(Duration.ZERO));
      assertThat(store.read("").revision()).isZero();
    }
  }

  private static void assertBug(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theProviderOpensAnEmptyStoreEachTime() {
    MemoryStoreProvider provider = new MemoryStoreProvider(hand);
    try (MetaStore one = provider.open(uri("memory:"));
        MetaStore two = provider.open(uri("memory:/name"))) {
      put(one, "a", "1");
      assertThat(two.read("").entries()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory://host", "memory:?x=1"})
  void theProviderRefusesOtherUris(String text) {
    CdcException e =
        catchThrowableOfType(
            CdcException.class, () -> new MemoryStoreProvider(hand).open(uri(text)));
    assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_URI_INVALID);
  }

  private static ConnectorUri uri(String text) {
    return ConnectorUri.parse(text, StandardErrorCode.STORE_URI_INVALID);
  }

  private static void put(MetaStore store, String key, String value) {
    store.commit(new Txn(List.of(), List.of(new Op.Put(key, value))));
  }

  private static void put(MetaStore store, String key, String value, Lease lease) {
    store.commit(new Txn(List.of(), List.of(new Op.Put(key, value, Optional.of(lease)))));
  }

  /** A ticker moved by hand. */
  private static final class Hand extends Ticker {
    private long nanos;

    @Override
    public long read() {
      return nanos;
    }
  }
}

package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Entry;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.store.FaultyStore.CommitFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final MemoryStore memory = new MemoryStore(new ManualClock());
  private final MetaStore sound = memory.open();
  private final FaultyStore faulty = new FaultyStore(memory.open());

  @AfterEach
  void close() {
    faulty.close();
    sound.close();
  }

  @Test
  void failsCommitsByScript() {
    faulty.script(CommitFault.NONE, CommitFault.FAIL_BEFORE, CommitFault.FAIL_AFTER);
    put("a");
    assertCode(StandardErrorCode.STORE_FAILED, () -> put("b"));
    assertCode(StandardErrorCode.STORE_FAILED, () -> put("c"));
    put("d");
    assertThat(keys()).containsExactly("a", "c", "d");
  }

  @Test
  void failsCommitsByRule() {
    faulty.rule(
        txn -> txn.ops().get(0).key().equals("bad") ? CommitFault.FAIL_BEFORE : CommitFault.NONE);
    put("good");
    assertCode(StandardErrorCode.STORE_FAILED, () -> put("bad"));
    assertThat(keys()).containsExactly("good");
  }

  @Test
  void isCutOffAndComesBack() {
    Lease lease = faulty.lease(PATIENCE);
    try (Watch watch = faulty.watch("", 0)) {
      faulty.cutOff();
      assertCode(StandardErrorCode.STORE_FAILED, () -> put("a"));
      assertCode(StandardErrorCode.STORE_FAILED, () -> faulty.read(""));
      assertCode(StandardErrorCode.STORE_FAILED, () -> faulty.watch("", 0));
      assertCode(StandardErrorCode.STORE_FAILED, () -> faulty.lease(PATIENCE));
      assertCode(StandardErrorCode.STORE_FAILED, () -> watch.poll(Duration.ZERO));
      assertCode(StandardErrorCode.STORE_FAILED, lease::renew);

      faulty.reconnect();
      put("a");
      lease.renew();
      assertThat(watch.poll(Duration.ZERO).map(Delta::revision)).contains(1L);
    }
  }

  @Test
  void holdsWatchesBackAndReleasesThemWithoutLoss() throws Exception {
    try (Watch watch = faulty.watch("", 0)) {
      faulty.holdWatches();
      put("a");
      put("b");
      assertThat(watch.poll(Duration.ZERO)).isEmpty();
      CompletableFuture<Optional<Delta>> polled =
          CompletableFuture.supplyAsync(() -> watch.poll(PATIENCE));
      faulty.releaseWatches();
      assertThat(polled.get().map(Delta::revision)).contains(1L);
      assertThat(watch.poll(Duration.ZERO).map(Delta::revision)).contains(2L);
    }
  }

  @Test
  void losesWhatWatchesWereToSay() {
    try (Watch watch = faulty.watch("", 0)) {
      faulty.compactWatches();
      assertCode(StandardErrorCode.STORE_COMPACTED, () -> watch.poll(Duration.ZERO));
    }
    try (Watch fresh = faulty.watch("", 0)) {
      assertThat(fresh.poll(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void losesLeasesWithTheirKeys() {
    Lease lease = faulty.lease(PATIENCE);
    faulty.commit(new Txn(List.of(), List.of(new Op.Put("a", "1", Optional.of(lease)))));
    put("b");
    faulty.loseLeases();
    assertThat(keys()).containsExactly("b");
    assertCode(StandardErrorCode.LEASE_LOST, lease::renew);
    faulty.lease(PATIENCE).renew();
  }

  private List<String> keys() {
    return sound.read("").entries().stream().map(Entry::key).toList();
  }

  private void put(String key) {
    faulty.commit(new Txn(List.of(), List.of(new Op.Put(key, "1"))));
  }

  private static void assertCode(StandardErrorCode code, Runnable call) {
    CdcException e = catchThrowableOfType(CdcException.class, call::run);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(code);
  }
}

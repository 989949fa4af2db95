package io.millrace.core.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.store.embedded.CutDisk.Lie;
import io.millrace.core.store.embedded.CutDisk.PowerCut;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every kind of moment and drops what was not synced: what was acknowledged is
 * there, and of the transaction under way all or nothing.
 */
class PowerCutTest {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int CUTS = 3000 * SCALE;

  @Test
  void losesNothingAcknowledgedAndKeepsNothingHalf() {
    for (long seed = 1; seed <= 10; seed++) {
      new Life(seed, Lie.NONE).run(CUTS / 10);
    }
  }

  @Test
  void noticesADiskThatDoesNotSyncFiles() {
    assertThatThrownBy(() -> new Life(1, Lie.NO_FILE_SYNC).run(CUTS))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void noticesADiskThatDoesNotSyncNames() {
    assertThatThrownBy(() -> new Life(1, Lie.NO_NAME_SYNC).run(CUTS))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void losesNothingThatAnyThreadWasTold() throws Exception {
    for (int round = 0; round < 100 * SCALE; round++) {
      CutDisk disk = new CutDisk(new Random(round), Lie.NONE);
      MetaStore store = open(disk);
      disk.cutAfter(20 + new Random(round).nextInt(150));
      Map<String, Integer> told = new ConcurrentHashMap<>();
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String key = "w" + writer;
        writers.add(CompletableFuture.runAsync(() -> writeUntilCut(store, key, told)));
      }
      CompletableFuture.allOf(writers.toArray(CompletableFuture<?>[]::new)).get();

      Map<String, String> found = read(open(disk.powerOn()));

      told.forEach(
          (key, value) ->
              assertThat(Integer.parseInt(found.get(key))).as(key).isBetween(value, value + 1));
    }
  }

  private static void writeUntilCut(MetaStore store, String key, Map<String, Integer> told) {
    for (int i = 1; ; i++) {
      try {
        store.commit(txn(new Op.Put(key, Integer.toString(i))));
        told.put(key, i);
      } catch (CdcException e) {
        return;
      }
    }
  }

  @Test
  void refusesEverythingAfterAFailedWriteAndComesBackWithAllAcknowledged() throws Exception {
    CutDisk disk = new CutDisk(new Random(1), Lie.NONE);
    MetaStore store = open(disk);
    store.commit(txn(new Op.Put("a", "1")));
    disk.failWrites(true);

    assertFails(() -> store.commit(txn(new Op.Put("a", "2"))));
    disk.failWrites(false);
    assertFails(() -> store.commit(txn(new Op.Put("a", "3"))));
    assertFails(() -> store.read(""));
    store.close();

    try (MetaStore again = open(disk)) {
      assertThat(read(again)).isEqualTo(Map.of("a", "1"));
      again.commit(txn(new Op.Put("a", "4")));
    }
  }

  private static void assertFails(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("/disk/store.log")
        .extracting(e -> ((CdcException) e).code())
        .isEqualTo(StandardErrorCode.STORE_FAILED);
  }

  private static MetaStore open(CutDisk disk) {
    try {
      return EmbeddedStoreProvider.open(disk, Ticker.systemTicker(), () -> {});
    } catch (PowerCut e) {
      throw new CdcException(StandardErrorCode.STORE_FAILED, "cut while opening", e);
    } catch (IOException e) {
      throw new AssertionError("the store does not open after a power cut", e);
    }
  }

  private static Txn txn(Op... ops) {
    return new Txn(List.of(), List.of(ops));
  }

  private static Map<String, String> read(MetaStore store) {
    return store.read("").entries().stream()
        .collect(Collectors.toMap(e -> e.key(), e -> e.value()));
  }

  /** One store through many cuts, and beside it a map of what it must hold. */
  private static final class Life {
    private record Value(String text, boolean leased) {}

    private final long seed;
    private final Random random;
    private CutDisk disk;
    private Map<String, Value> sure = new TreeMap<>();
    private Map<String, Value> maybe = new TreeMap<>();
    private long revision;

    Life(long seed, Lie lie) {
      this.seed = seed;
      this.random = new Random(seed);
      this.disk = new CutDisk(random, lie);
    }

    void run(int cuts) {
      for (int cut = 0; cut < cuts; cut++) {
        disk.cutAfter(random.nextInt(random.nextBoolean() ? 12 : 400));
        assertThatThrownBy(this::useUntilCut).as("seed %s", seed).isInstanceOf(CdcException.class);
        disk = disk.powerOn();
      }
      check(open(disk));
    }

    private void useUntilCut() {
      MetaStore store = open(disk);
      check(store);
      Lease lease = store.lease(Duration.ofHours(1));
      while (true) {
        write(store, lease);
      }
    }

    private void check(MetaStore store) {
      Map<String, String> found = read(store);
      assertThat(List.of(free(sure), free(maybe))).as("seed %s", seed).contains(found);
      assertThat(store.read("").revision()).isGreaterThanOrEqualTo(revision);
      sure = new TreeMap<>();
      found.forEach((key, text) -> sure.put(key, new Value(text, false)));
      maybe = new TreeMap<>(sure);
    }

    private static Map<String, String> free(Map<String, Value> values) {
      Map<String, String> free = new TreeMap<>();
      values.forEach(
          (key, value) -> {
            if (!value.leased()) {
              free.put(key, value.text());
            }
          });
      return free;
    }

    private void write(MetaStore store, Lease lease) {
      List<Op> ops = new ArrayList<>();
      for (int key = random.nextInt(3); key < 40; key += 1 + random.nextInt(20)) {
        String name = "key" + key;
        if (random.nextInt(4) == 0) {
          ops.add(new Op.Delete(name));
          maybe.remove(name);
        } else {
          String text = random.nextInt() + "x".repeat(random.nextInt(600));
          boolean leased = random.nextInt(8) == 0;
          ops.add(new Op.Put(name, text, leased ? Optional.of(lease) : Optional.empty()));
          maybe.put(name, new Value(text, leased));
        }
      }
      revision = store.commit(new Txn(List.of(), ops)).revision();
      sure = new TreeMap<>(maybe);
    }
  }
}

package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
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
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What the tests of {@link MetaStoreContract} do with the store, below a prefix of their own. */
abstract class StoreCalls {
  static final Duration LONG = Duration.ofSeconds(30);
  static final Guard[] NO_GUARDS = {};

  /** What {@code open} returned. */
  MetaStore store;

  /** What all keys of a test begin with. */
  String prefix;

  @SuppressWarnings("NullAway.Init") // MetaStoreContract.begin() sets both before each test
  StoreCalls() {}

  abstract Duration patience();

  final void assertGuard(boolean holds, Guard... guards) {
    long before = store.read(prefix).revision();
    String mark = UUID.randomUUID().toString();
    Commit commit = commit(guards, set("probe", mark));

    assertThat(commit.applied()).isEqualTo(holds);
    assertThat(entry("probe").map(Entry::value).filter(mark::equals).isPresent()).isEqualTo(holds);
    assertThat(commit.revision()).isGreaterThanOrEqualTo(before + (holds ? 1 : 0));
  }

  static void assertLost(Runnable call) {
    assertCode(StandardErrorCode.LEASE_LOST, call);
  }

  static void assertFailed(Runnable call) {
    assertCode(StandardErrorCode.STORE_FAILED, call);
  }

  final void assertTooLarge(Txn txn) {
    assertCode(StandardErrorCode.STORE_TXN_TOO_LARGE, () -> store.commit(txn));
  }

  static void assertCode(StandardErrorCode code, Runnable call) {
    CdcException e = catchThrowableOfType(CdcException.class, call::run);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(code);
  }

  final Commit put(String key, String value) {
    return commit(NO_GUARDS, set(key, value));
  }

  final Commit put(String key, String value, Lease lease) {
    return commit(NO_GUARDS, set(key, value, lease));
  }

  final Commit delete(String key) {
    return commit(NO_GUARDS, unset(key));
  }

  final Commit commit(Guard[] guards, Op... ops) {
    return store.commit(new Txn(List.of(guards), List.of(ops)));
  }

  final Op set(String key, String value) {
    return new Op.Put(prefix + key, value);
  }

  final Op set(String key, String value, Lease lease) {
    return new Op.Put(prefix + key, value, Optional.of(lease));
  }

  final Op unset(String key) {
    return new Op.Delete(prefix + key);
  }

  final List<Entry> read() {
    return store.read(prefix).entries();
  }

  final Optional<Entry> entry(String key) {
    return read().stream().filter(e -> e.key().equals(prefix + key)).findFirst();
  }

  final Watch watch(long afterRevision) {
    return store.watch(prefix, afterRevision);
  }

  final Delta poll(Watch watch) {
    return watch
        .poll(patience())
        .orElseThrow(() -> new AssertionError("the watch reports nothing"));
  }

  /** Returns how long a watch may wait that is to be woken: one that is not comes too late. */
  final Duration longer() {
    return patience().multipliedBy(2);
  }

  final Optional<Delta> inTime(CompletableFuture<Optional<Delta>> polled) {
    assertThat(polled).as("the waiting watch").succeedsWithin(patience());
    return polled.join();
  }

  /** Polls a watch that may be closed at any moment, also before the call. */
  final Optional<Delta> pollOrNothing(Watch watch) {
    try {
      return watch.poll(longer());
    } catch (CdcException e) {
      return Optional.empty();
    }
  }

  final List<String> next(Watch watch) {
    return changes(poll(watch));
  }

  final List<String> changesUntil(Watch watch, int count) {
    List<String> all = new ArrayList<>();
    while (all.size() < count) {
      all.addAll(next(watch));
    }
    return Collections.unmodifiableList(all);
  }

  static int size(Delta delta) {
    return delta.changes().size();
  }

  final List<String> changes(Delta delta) {
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

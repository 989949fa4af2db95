package io.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Entry;
import io.millrace.api.store.Guard;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link MetaStore} must do, as tests. Subclass it and open your store.
 *
 * <p>The store may hold other keys and others may use it: each test works below a prefix of its
 * own.
 */
public abstract class MetaStoreContract extends WatchContract {
  /** Creates the suite. */
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
  @Override
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
}

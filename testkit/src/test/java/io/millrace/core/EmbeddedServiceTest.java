package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service embedded in a program, with threads and time as they are. */
class EmbeddedServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ChangefeedId BANK = new ChangefeedId("bank");

  @TempDir private Path data;

  /** Keeps the accounts as the changes tell them; may be told twice, but in order. */
  private static final class Ledger implements ChangeConsumer {
    private final Map<String, Long> balances = new HashMap<>();
    private int transactions;

    @Override
    public synchronized void accept(Changes changes) {
      for (RowChange change : changes.rows()) {
        String table = change.table().name().table();
        if (table.startsWith("accounts")) {
          Row row = change.kind() == RowChange.Kind.DELETE ? change.before() : change.after();
          String key = table + "/" + row.valueAt(0);
          if (change.kind() == RowChange.Kind.DELETE) {
            balances.remove(key);
          } else {
            balances.put(key, row.longAt(2));
          }
        }
      }
      transactions++;
      changes.ack();
    }

    synchronized int transactions() {
      return transactions;
    }

    synchronized Map<String, Long> balances() {
      return Map.copyOf(balances);
    }
  }

  private CdcServiceBuilder builder(String datagen) {
    return CdcService.builder().upstream("datagen:?" + datagen).store("dir:" + data);
  }

  private static ChangefeedSpec spec(String consumer) {
    return ChangefeedSpec.builder("consumer://" + consumer).id(BANK.value()).build();
  }

  private static ChangefeedDetail until(CdcService service, ChangefeedState state) {
    Instant end = Instant.now().plus(LIMIT);
    ChangefeedDetail detail = service.changefeed(BANK);
    while (detail.state() != state) {
      assertThat(Instant.now()).as("state is %s", detail).isBefore(end);
      Thread.onSpinWait();
      detail = service.changefeed(BANK);
    }
    return detail;
  }

  @Test
  void deliversToACallbackAndGoesOnAfterARestart() {
    Instant begin = Instant.now().minusSeconds(60);
    String upstream = "rate=200&tables=2&accounts=50&limit=12000&start=" + begin.toEpochMilli();
    Ledger ledger = new Ledger();
    Tso first;
    try (CdcService service = builder(upstream).consumer("ledger", ledger).build()) {
      service.start();
      service.create(spec("ledger").toBuilder().startTs(Tso.of(begin)).build());
      service.awaitCheckpoint(BANK, Tso.of(begin.plusSeconds(30)), LIMIT);
      first = service.changefeed(BANK).checkpoint();
    }
    int before = ledger.transactions();
    assertThat(before).isGreaterThan(1000);
    try (CdcService service = builder(upstream).consumer("ledger", ledger).build()) {
      service.start();
      assertThat(service.changefeed(BANK).checkpoint()).isGreaterThanOrEqualTo(first);
      service.awaitCaughtUp(BANK, LIMIT);
      assertThat(service.changefeed(BANK).taskStatus()).hasSize(1);
    }
    Ledger whole = new Ledger();
    try (CdcService service =
        CdcService.builder().upstream("datagen:?" + upstream).consumer("whole", whole).build()) {
      service.start();
      service.create(spec("whole").toBuilder().startTs(Tso.of(begin)).build());
      service.awaitCaughtUp(BANK, LIMIT);
    }
    assertThat(ledger.balances()).isEqualTo(whole.balances());
  }

  @Test
  void pausesResumesAndRemoves() {
    Ledger ledger = new Ledger();
    try (CdcService service = builder("rate=500").consumer("ledger", ledger).build()) {
      service.start();
      service.create(spec("ledger"));
      service.awaitCaughtUp(BANK, LIMIT);
      service.pause(BANK);
      assertThat(service.changefeed(BANK).state()).isEqualTo(ChangefeedState.STOPPED);
      assertThat(service.processors()).isEmpty();
      service.resume(BANK);
      assertThat(service.changefeed(BANK).state()).isEqualTo(ChangefeedState.NORMAL);
      service.awaitCaughtUp(BANK, LIMIT);
      service.remove(BANK);
      assertThatThrownBy(() -> service.changefeed(BANK))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CHANGEFEED_NOT_EXISTS));
      service.create(spec("ledger"));
      service.awaitCaughtUp(BANK, LIMIT);
      assertThat(service.changefeed(BANK).state()).isEqualTo(ChangefeedState.NORMAL);
    }
  }

  @Test
  void anUpdateBetweenPauseAndResumeTakesEffectHoweverQuick() {
    Ledger first = new Ledger();
    Ledger second = new Ledger();
    try (CdcService service =
        builder("rate=500").consumer("first", first).consumer("second", second).build()) {
      service.start();
      service.create(spec("first"));
      service.awaitCaughtUp(BANK, LIMIT);
      service.pause(BANK);
      service.update(BANK, ChangefeedUpdate.builder().sinkUri("consumer://second").build());
      service.resume(BANK);
      service.awaitCaughtUp(BANK, LIMIT);
      service.awaitCaughtUp(BANK, LIMIT);
      assertThat(second.transactions()).isPositive();
      int written = first.transactions();
      service.awaitCaughtUp(BANK, LIMIT);
      assertThat(first.transactions()).isEqualTo(written);
    }
  }

  @Test
  void showsWhatACallbackThrewAndRetriesAtOnceWhenResumed() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Ledger ledger = new Ledger();
    ChangeConsumer consumer =
        changes -> {
          if (broken.get()) {
            throw new IllegalStateException("no room in the ledger");
          }
          ledger.accept(changes);
        };
    try (CdcService service = builder("rate=500").consumer("ledger", consumer).build()) {
      service.start();
      service.create(spec("ledger"));
      ChangefeedDetail detail = until(service, ChangefeedState.ERROR);
      assertThat(detail.error()).isPresent();
      assertThat(detail.error().orElseThrow().code()).isEqualTo("CDC:ErrConsumerFailed");
      assertThat(detail.error().orElseThrow().message()).contains("no room in the ledger");
      assertThat(detail.errorHistory()).hasSize(1);
      assertThat(detail.checkpoint()).isEqualTo(detail.spec().startTs());
      broken.set(false);
      service.resume(BANK);
      service.awaitCaughtUp(BANK, LIMIT);
      assertThat(service.changefeed(BANK).state()).isEqualTo(ChangefeedState.NORMAL);
      assertThat(service.changefeed(BANK).error()).isEmpty();
    }
  }

  @Test
  void closesWhileACallbackBlocks() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    ChangeConsumer consumer =
        changes -> {
          entered.countDown();
          awaitStubbornly(never);
        };
    CdcService service = builder("rate=500").consumer("ledger", consumer).build();
    service.start();
    service.create(spec("ledger"));
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    long begin = System.nanoTime();
    service.close(Duration.ofSeconds(2));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    never.countDown();
  }

  private static void awaitStubbornly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        done = false;
      }
    }
  }
}

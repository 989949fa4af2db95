package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.api.consumer.Changes;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is told what changefeeds meet. */
@Timeout(60)
class FailureListenerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final BlockingQueue<ChangefeedSummary> told = new LinkedBlockingQueue<>();

  private static CdcServiceBuilder builder() {
    return CdcService.builder()
        .upstream("datagen:?rate=500")
        .consumer(
            "broken",
            changes -> {
              throw new IllegalStateException("no room");
            })
        .consumer("sound", Changes::ack);
  }

  private static ChangefeedId create(CdcService service, String consumer) {
    return service.create(ChangefeedSpec.builder("consumer://" + consumer).id(consumer).build());
  }

  private ChangefeedSummary next() throws InterruptedException {
    ChangefeedSummary next = told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Test
  void isToldOnAThreadOfItsOwn() throws InterruptedException {
    AtomicReference<String> thread = new AtomicReference<>();
    try (CdcService service =
        builder()
            .failureListener(
                failure -> {
                  thread.set(Thread.currentThread().getName());
                  told.add(failure);
                })
            .build()) {
      service.start();
      create(service, "sound");
      ChangefeedId broken = create(service, "broken");
      ChangefeedSummary failure = next();
      assertThat(failure.id()).isEqualTo(broken);
      assertThat(failure.state()).isEqualTo(ChangefeedState.ERROR);
      assertThat(failure.error().orElseThrow().code()).isEqualTo("CDC:ErrConsumerFailed");
      assertThat(failure.error().orElseThrow().message()).contains("no room");
      assertThat(thread.get()).isEqualTo("millrace-failures");
      service.remove(broken);
      create(service, "broken");
      assertThat(next().id()).isEqualTo(broken);
    }
  }

  @Test
  void oneThatThrowsIsToldTheNextAllTheSame() throws InterruptedException {
    try (CdcService service =
        builder()
            .failureListener(
                failure -> {
                  told.add(failure);
                  throw new AssertionError("the listener is broken too");
                })
            .build()) {
      service.start();
      ChangefeedId broken = create(service, "broken");
      next();
      service.remove(broken);
      create(service, "broken");
      assertThat(next().state()).isEqualTo(ChangefeedState.ERROR);
    }
  }

  @Test
  void oneThatBlocksHoldsNothingUp() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CdcService service =
        builder()
            .failureListener(
                failure -> {
                  entered.countDown();
                  awaitStubbornly(never);
                })
            .build();
    service.start();
    create(service, "broken");
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    service.awaitCaughtUp(create(service, "sound"), LIMIT);
    assertThat(service.close(Duration.ofMillis(200))).isFalse();
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

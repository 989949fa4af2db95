package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.rig.Leaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a service that was closed: nothing. */
class ClosedServiceTest {
  private static final int ROUNDS = 200;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path data;

  /** Runs a service until its changefeed has delivered something, and closes it. */
  private void round(Set<String> threads) throws InterruptedException {
    CountDownLatch delivered = new CountDownLatch(1);
    CdcService service =
        CdcService.builder()
            .upstream("datagen:?rate=1000")
            .store("dir:" + data)
            .failureListener(failure -> {})
            .threads(
                task ->
                    new Thread(task) {
                      @Override
                      public void run() {
                        threads.add(getName());
                        super.run();
                      }
                    })
            .consumer(
                "audit",
                changes -> {
                  changes.ack();
                  delivered.countDown();
                })
            .build();
    service.start();
    ChangefeedId id = service.ensure(ChangefeedSpec.builder("consumer://audit").id("feed").build());
    assertThat(delivered.await(20, TimeUnit.SECONDS)).as("delivery of %s", id).isTrue();
    assertThat(service.close(LIMIT)).isTrue();
  }

  @Test
  void leavesNoThreadAndNoOpenFile() throws InterruptedException {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    round(threads);
    Leaks before = Leaks.now();
    for (int i = 0; i < ROUNDS; i++) {
      round(threads);
      assertThat(Leaks.now().beyond(before)).as("after round %s", i).isEmpty();
    }
    assertThat(threads)
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                "millrace-control",
                "millrace-failures",
                "millrace-upstream-watch",
                "millrace-feed-herald",
                "millrace-feed-intake",
                "millrace-feed-outlet",
                "millrace-feed-consumer-audit"));
  }
}

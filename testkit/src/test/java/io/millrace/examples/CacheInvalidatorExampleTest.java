package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.RowChange.Kind;
import io.millrace.core.CdcService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A cache invalidator: whoever changes a row, the cached copy of it is dropped. */
class CacheInvalidatorExampleTest {
  static ChangeConsumer invalidator(Map<Long, ?> cache) {
    return changes -> {
      for (RowChange change : changes.rows()) {
        if (change.kind() != Kind.INSERT) {
          Row old = change.before();
          cache.remove(old.longAt(change.table().columnIndex("id")));
        }
      }
      changes.ack();
    };
  }

  @Test
  void dropsWhatHasChanged() throws InterruptedException {
    CountDownLatch dropped = new CountDownLatch(1);
    Map<Long, String> cache =
        new ConcurrentHashMap<>() {
          @Override
          public String remove(Object key) {
            String value = super.remove(key);
            if (value != null) {
              dropped.countDown();
            }
            return value;
          }
        };
    for (long id = 0; id <= 10; id++) {
      cache.put(id, "account " + id);
    }
    try (CdcService service =
        CdcService.builder()
            .upstream("datagen:?rate=500&tables=1&accounts=10")
            .consumer("cache", invalidator(cache))
            .build()) {
      service.start();
      ChangefeedId id =
          service.ensure(
              ChangefeedSpec.builder("consumer://cache")
                  .id("cache")
                  .filterRules(List.of("bank.accounts_*"))
                  .build());
      service.awaitCaughtUp(id, Duration.ofSeconds(30));
      assertThat(dropped.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}

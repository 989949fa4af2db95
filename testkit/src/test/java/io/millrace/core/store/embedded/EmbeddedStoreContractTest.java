package io.millrace.core.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import io.millrace.api.store.Delta;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.store.MetaStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedStoreContractTest extends MetaStoreContract {
  private final ManualClock clock = new ManualClock();

  @TempDir Path directory;

  @Override
  protected MetaStore open() {
    return new EmbeddedStoreProvider(clock).open(directory);
  }

  @Override
  protected boolean shareable() {
    return false;
  }

  @Override
  protected void elapse(Duration time) {
    clock.advance(time);
  }

  @Test
  void aWatchAloneWakesWhenALeaseLapsesInRealTime() {
    try (MetaStore store =
            new EmbeddedStoreProvider(Ticker.systemTicker()).open(directory.resolve("own"));
        Watch watch = store.watch("a", 0)) {
      Op.Put put = new Op.Put("a", "1", Optional.of(store.lease(Duration.ofSeconds(1))));
      store.commit(new Txn(List.of(), List.of(put)));

      assertThat(watch.poll(Duration.ofSeconds(20)).map(Delta::revision)).contains(1L);
      assertThat(watch.poll(Duration.ofSeconds(20)).map(Delta::changes))
          .contains(List.of(new Delta.Deleted("a")));
    }
  }
}

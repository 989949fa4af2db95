package io.millrace.core.store.memory;

import io.millrace.api.store.MetaStore;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.store.MetaStoreContract;
import java.time.Duration;

final class MemoryStoreContractTest extends MetaStoreContract {
  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(clock);

  @Override
  protected MetaStore open() {
    return store.open();
  }

  @Override
  protected void elapse(Duration time) {
    clock.advance(time);
  }
}

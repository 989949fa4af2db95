package io.millrace.core.store.embedded;

import com.google.common.base.Ticker;
import io.millrace.api.store.MetaStore;
import io.millrace.testkit.store.MetaStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Runs on the real clock, so that real waiting is tested too. */
final class EmbeddedStoreContractTest extends MetaStoreContract {
  @TempDir Path directory;

  @Override
  protected MetaStore open() {
    return new EmbeddedStoreProvider(Ticker.systemTicker()).open(directory);
  }

  @Override
  protected boolean shareable() {
    return false;
  }

  @Override
  protected Duration ttl() {
    return Duration.ofMillis(100);
  }
}

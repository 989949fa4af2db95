package io.millrace.core.wiring;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.connector.Schemes;
import io.millrace.core.store.embedded.EmbeddedStoreProvider;
import io.millrace.core.store.memory.MemoryStoreProvider;
import java.util.Map;
import javax.inject.Singleton;

/** The metadata stores by scheme, and the one that is used. */
@Module
interface StoreModule {
  @Provides
  @IntoMap
  @StringKey("memory")
  static StoreProvider memory(Setup setup) {
    return new MemoryStoreProvider(setup.runtime().ticker());
  }

  @Provides
  @IntoMap
  @StringKey("dir")
  static StoreProvider dir(Setup setup) {
    return new EmbeddedStoreProvider(setup.runtime().ticker());
  }

  @Provides
  static Schemes<StoreProvider> stores(Setup setup, Map<String, StoreProvider> builtIn) {
    return new Schemes<>(
        "store", StandardErrorCode.STORE_URI_INVALID, Connectors.merged(builtIn, setup.stores()));
  }

  @Provides
  @Singleton
  static MetaStore store(Setup setup, Schemes<StoreProvider> stores) {
    return stores.of(setup.store()).open(setup.store());
  }
}

package io.millrace.core.wiring;

import com.google.common.base.Ticker;
import dagger.BindsInstance;
import dagger.Component;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.StoreProvider;
import io.millrace.core.capture.CaptureNode;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.Keys;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Runtime;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import javax.inject.Singleton;

/**
 * The parts of one node. Store, upstream and node are opened when first asked for, once, and closed
 * by who asked.
 */
@Singleton
@Component(
    modules = {
      StoreModule.class,
      SourceModule.class,
      SinkModule.class,
      EncoderModule.class,
      NodeModule.class
    })
public interface Wiring {
  /** Returns where the cluster's records are stored. */
  Keys keys();

  /** Returns the stores that are known. */
  Schemes<StoreProvider> stores();

  /** Returns the upstreams that are known. */
  Schemes<SourceProvider> sources();

  /** Returns the metadata store. */
  MetaStore store();

  /** Returns the upstream. */
  ChangeSource source();

  /** Returns the sinks. */
  Schemes<SinkProvider> sinks();

  /** Returns the engine. */
  CaptureNode node();

  /** Returns the parts of a node that are not opened yet. */
  static Wiring of(Setup setup) {
    return DaggerWiring.factory().create(setup);
  }

  /** Returns the system's clocks, chance and names with a crew. */
  static Runtime systemRuntime(Crew crew) {
    return new Runtime(
        crew, Ticker.systemTicker(), InstantSource.system(), new Random(), UUID::randomUUID);
  }

  /** Makes it. */
  @Component.Factory
  interface Factory {
    /** Returns the parts of a node. */
    Wiring create(@BindsInstance Setup setup);
  }
}

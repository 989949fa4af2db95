package io.millrace.core.wiring;

import dagger.Module;
import dagger.Provides;
import io.millrace.api.CaptureId;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.store.MetaStore;
import io.millrace.core.capture.CaptureNode;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.meta.Keys;
import io.millrace.core.metrics.Meters;
import io.millrace.core.worker.Runtime;
import javax.inject.Singleton;

/** The engine, and how it presents itself to the cluster. */
@Module
interface NodeModule {
  @Provides
  static Keys keys(Setup setup) {
    return new Keys(setup.cluster());
  }

  @Provides
  @Singleton
  static Meters meters(Setup setup) {
    return new Meters(setup.runtime().ticker());
  }

  @Provides
  static CaptureRecord self(Setup setup, Schemes<SinkProvider> sinks) {
    return new CaptureRecord(
        setup.address(),
        setup.version(),
        ProcessHandle.current().pid(),
        sinks.providers().keySet(),
        setup.consumers().keySet());
  }

  @Provides
  @Singleton
  static CaptureNode node(
      Setup setup,
      Keys keys,
      CaptureRecord self,
      MetaStore store,
      ChangeSource source,
      Schemes<SinkProvider> sinks,
      Meters meters) {
    Runtime runtime = setup.runtime();
    return new CaptureNode(
        keys,
        self,
        store,
        source,
        sinks,
        setup.zone(),
        runtime.crew(),
        runtime.ticker(),
        runtime.clock(),
        meters,
        runtime.random(),
        setup.stallAfter(),
        () -> new CaptureId(runtime.ids().get().toString()));
  }
}

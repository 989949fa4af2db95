package io.millrace.core.wiring;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.source.SourceRequest;
import io.millrace.core.connector.Schemes;
import io.millrace.core.source.datagen.DatagenSourceProvider;
import io.millrace.core.source.mysql.MySqlSourceProvider;
import java.util.Map;
import javax.inject.Singleton;

/** The upstreams by scheme, and the one that is read. */
@Module
interface SourceModule {
  @Provides
  @IntoMap
  @StringKey("mysql")
  static SourceProvider mysql(Setup setup) {
    return new MySqlSourceProvider(setup.threads());
  }

  @Provides
  @IntoMap
  @StringKey("mariadb")
  static SourceProvider mariadb(Setup setup) {
    return new MySqlSourceProvider(setup.threads());
  }

  @Provides
  @IntoMap
  @StringKey("datagen")
  static SourceProvider datagen(Setup setup) {
    return new DatagenSourceProvider(setup.runtime().clock());
  }

  @Provides
  static Schemes<SourceProvider> sources(Setup setup, Map<String, SourceProvider> builtIn) {
    return new Schemes<>(
        "upstream",
        StandardErrorCode.SOURCE_URI_INVALID,
        Connectors.merged(builtIn, setup.sources()));
  }

  @Provides
  @Singleton
  static ChangeSource source(Setup setup, Schemes<SourceProvider> sources) {
    return sources
        .of(setup.upstream())
        .open(new SourceRequest(setup.upstream(), setup.cluster(), setup.certDir()));
  }
}

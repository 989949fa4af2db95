package io.millrace.core.wiring;

import com.google.common.collect.Maps;
import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.SinkProvider;
import io.millrace.core.codec.Protocols;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.connector.DiscreetSinkProvider;
import io.millrace.core.connector.GuardedSinkProvider;
import io.millrace.core.connector.Schemes;
import io.millrace.core.metrics.Meters;
import io.millrace.core.sink.blackhole.BlackholeSinkProvider;
import io.millrace.core.sink.consumer.ConsumerSinkProvider;
import io.millrace.core.sink.file.FileSinkProvider;
import io.millrace.core.sink.kafka.KafkaSinkProvider;
import io.millrace.core.sink.mysql.MySqlSinkProvider;
import java.util.Map;
import javax.inject.Singleton;

/** The sinks by scheme. */
@Module
interface SinkModule {
  @Provides
  @IntoMap
  @StringKey("blackhole")
  static SinkProvider blackhole(Setup setup, Protocols protocols) {
    return new BlackholeSinkProvider(protocols.encoders(), setup.runtime().clock());
  }

  @Provides
  @IntoMap
  @StringKey("file")
  static SinkProvider file(Setup setup, Protocols protocols) {
    return new FileSinkProvider(
        protocols.encoders(), setup.runtime().ticker(), setup.runtime().clock());
  }

  @Provides
  @Singleton
  static KafkaSinkProvider kafkaSinks(Setup setup, Protocols protocols) {
    return new KafkaSinkProvider(
        protocols,
        new CertificateFiles(setup.certDir()),
        setup.runtime().ticker(),
        setup.runtime().clock());
  }

  @Binds
  @IntoMap
  @StringKey("kafka")
  SinkProvider kafka(KafkaSinkProvider provider);

  @Binds
  @IntoMap
  @StringKey("kafka+ssl")
  SinkProvider kafkaEncrypted(KafkaSinkProvider provider);

  @Provides
  @IntoMap
  @StringKey("consumer")
  static SinkProvider consumer(Setup setup) {
    return new ConsumerSinkProvider(setup.consumers(), setup.databases(), setup.threads());
  }

  @Provides
  @Singleton
  static MySqlSinkProvider mysqlSinks(Setup setup, Meters meters) {
    return new MySqlSinkProvider(new CertificateFiles(setup.certDir()), setup.threads(), meters);
  }

  @Binds
  @IntoMap
  @StringKey("mysql")
  SinkProvider mysql(MySqlSinkProvider provider);

  @Binds
  @IntoMap
  @StringKey("mysql+ssl")
  SinkProvider mysqlEncrypted(MySqlSinkProvider provider);

  @Binds
  @IntoMap
  @StringKey("mariadb")
  SinkProvider mariadb(MySqlSinkProvider provider);

  @Binds
  @IntoMap
  @StringKey("mariadb+ssl")
  SinkProvider mariadbEncrypted(MySqlSinkProvider provider);

  @Binds
  @IntoMap
  @StringKey("tidb")
  SinkProvider tidb(MySqlSinkProvider provider);

  @Binds
  @IntoMap
  @StringKey("tidb+ssl")
  SinkProvider tidbEncrypted(MySqlSinkProvider provider);

  @Provides
  @Singleton
  static Schemes<SinkProvider> sinks(Setup setup, Map<String, SinkProvider> builtIn) {
    Map<String, SinkProvider> all = Connectors.merged(builtIn, setup.sinks());
    return new Schemes<>(
        "sink",
        StandardErrorCode.SINK_URI_INVALID,
        Maps.transformValues(all, it -> new DiscreetSinkProvider(guarded(it, setup))));
  }

  private static SinkProvider guarded(SinkProvider provider, Setup setup) {
    return setup.sinkPolicy().isOpen()
        ? provider
        : new GuardedSinkProvider(provider, setup.sinkPolicy());
  }
}

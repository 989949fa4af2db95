package io.millrace.core.wiring;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.core.codec.Protocols;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import io.millrace.core.codec.debezium.DebeziumEncoderProvider;
import io.millrace.core.codec.maxwell.MaxwellEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.codec.simple.SimpleEncoderProvider;
import java.util.Map;
import javax.inject.Singleton;

/** The encoders by protocol. */
@Module
interface EncoderModule {
  @Provides
  @Singleton
  static AvroEncoderProvider avroEncoders() {
    return new AvroEncoderProvider();
  }

  @Binds
  @IntoMap
  @StringKey(AvroEncoderProvider.PROTOCOL)
  EncoderProvider avro(AvroEncoderProvider provider);

  @Binds
  @IntoMap
  @StringKey(AvroEncoderProvider.OTHER_NAME)
  EncoderProvider flatAvro(AvroEncoderProvider provider);

  @Provides
  @IntoMap
  @StringKey(CanalJsonEncoderProvider.PROTOCOL)
  static EncoderProvider canalJson() {
    return new CanalJsonEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(CanalEncoderProvider.PROTOCOL)
  static EncoderProvider canal() {
    return new CanalEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(CsvEncoderProvider.PROTOCOL)
  static EncoderProvider csv() {
    return new CsvEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(DebeziumEncoderProvider.PROTOCOL)
  static EncoderProvider debezium() {
    return new DebeziumEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(OpenProtocolEncoderProvider.PROTOCOL)
  static EncoderProvider openProtocol() {
    return new OpenProtocolEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(OpenProtocolEncoderProvider.OLD_NAME)
  static EncoderProvider openProtocolByOldName() {
    return new OpenProtocolEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(MaxwellEncoderProvider.PROTOCOL)
  static EncoderProvider maxwell() {
    return new MaxwellEncoderProvider();
  }

  @Provides
  @IntoMap
  @StringKey(SimpleEncoderProvider.PROTOCOL)
  static EncoderProvider simple() {
    return new SimpleEncoderProvider();
  }

  @Provides
  static Protocols protocols(Setup setup, Map<String, EncoderProvider> builtIn) {
    return new Protocols(Connectors.merged(builtIn, setup.encoders()));
  }
}

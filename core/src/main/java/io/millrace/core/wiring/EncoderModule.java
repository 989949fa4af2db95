package io.millrace.core.wiring;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import io.millrace.core.codec.debezium.DebeziumEncoderProvider;
import io.millrace.core.codec.maxwell.MaxwellEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.codec.simple.SimpleEncoderProvider;
import io.millrace.core.connector.Schemes;
import java.util.Map;

/** The encoders by protocol. */
@Module
interface EncoderModule {
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
  static Schemes<EncoderProvider> encoders(Setup setup, Map<String, EncoderProvider> builtIn) {
    return new Schemes<>(
        "protocol",
        StandardErrorCode.SINK_UNKNOWN_PROTOCOL,
        Connectors.merged(builtIn, setup.encoders()));
  }
}

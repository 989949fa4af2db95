package io.millrace.core.wiring;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoMap;
import dagger.multibindings.StringKey;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
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
  static Schemes<EncoderProvider> encoders(Setup setup, Map<String, EncoderProvider> builtIn) {
    return new Schemes<>(
        "protocol",
        StandardErrorCode.SINK_UNKNOWN_PROTOCOL,
        Connectors.merged(builtIn, setup.encoders()));
  }
}

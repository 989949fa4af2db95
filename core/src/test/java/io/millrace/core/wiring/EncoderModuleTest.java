package io.millrace.core.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dagger.multibindings.StringKey;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.core.codec.Protocols;
import io.millrace.core.codec.Vectors;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The names of protocols and their parameters, as the specification has them. */
final class EncoderModuleTest {
  private static final AvroEncoderProvider AVRO = new AvroEncoderProvider();

  @TestFactory
  List<DynamicTest> configurations() {
    Protocols protocols = new Protocols(builtIn());
    return Vectors.tests(
        "codec/config.json",
        each -> {
          switch (each.get("kind").asText()) {
            case "protocol-name" -> checkName(each, protocols);
            case "codec-params" ->
                checkParameters(
                    each, protocols.of(each.get("protocol").asText()), params(each.get("params")));
            case "codec-config" -> checkConfiguration(each, protocols);
            default -> throw new AssertionError(each.get("kind"));
          }
        });
  }

  private static Map<String, EncoderProvider> builtIn() {
    Map<String, EncoderProvider> encoders = new HashMap<>();
    for (Method method : EncoderModule.class.getDeclaredMethods()) {
      StringKey key = method.getAnnotation(StringKey.class);
      if (key != null) {
        try {
          Object provider = Modifier.isAbstract(method.getModifiers()) ? AVRO : method.invoke(null);
          encoders.put(key.value(), (EncoderProvider) provider);
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new LinkageError(method.getName(), e);
        }
      }
    }
    return encoders;
  }

  private static void checkName(JsonNode each, Protocols protocols) {
    String name = each.get("name").asText();
    if (each.has("expect_error")) {
      assertThatThrownBy(() -> protocols.of(name))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code().code()).endsWith(each.get("expect_error").asText()))
          .hasMessageContaining("unknown '" + name + "' message protocol for sink");
    } else {
      assertThat(protocols.of(name))
          .hasSameClassAs(protocols.of(each.get("expect").asText()))
          .isNotNull();
    }
  }

  private static Map<String, String> params(JsonNode members) {
    Map<String, String> params = new HashMap<>();
    members.properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    return params;
  }

  /** Where TiCDC's text only says that a number does not parse, ours names the parameter. */
  private static void checkParameters(
      JsonNode each, EncoderProvider provider, Map<String, String> params) {
    EncoderRequest request = new EncoderRequest(params, ZoneOffset.UTC, () -> Instant.EPOCH);
    if (!each.has("expect_error")) {
      assertThat(provider.open(request)).isNotNull();
      return;
    }
    String wrong = params.containsKey("max-batch-size") ? "max-batch-size" : "max-message-bytes";
    assertThatThrownBy(() -> provider.open(request))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("invalid " + wrong + " '" + params.get(wrong) + "'");
  }

  private static void checkConfiguration(JsonNode each, Protocols protocols) {
    Map<String, String> params = new HashMap<>();
    each.path("replica_config")
        .properties()
        .forEach(e -> params.put(e.getKey().replace("sink.", ""), e.getValue().asText()));
    params.putAll(
        ConnectorUri.parse(each.get("uri").asText(), StandardErrorCode.SINK_URI_INVALID).params());
    params.computeIfPresent("schema-registry", (key, name) -> "http://" + name);
    checkParameters(each, protocols.of(params.getOrDefault("protocol", "open-protocol")), params);
  }
}

package io.millrace.core.codec;

import com.sun.net.httpserver.HttpServer;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.core.codec.avro.AvroEncoderProvider;
import io.millrace.core.codec.canal.CanalEncoderProvider;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import io.millrace.core.codec.debezium.DebeziumEncoderProvider;
import io.millrace.core.codec.maxwell.MaxwellEncoderProvider;
import io.millrace.core.codec.openprotocol.OpenProtocolEncoderProvider;
import io.millrace.core.codec.simple.SimpleEncoderProvider;
import io.millrace.testkit.codec.EncoderContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Every encoder keeps the contract, with its defaults and with what changes its messages. */
class BuiltInEncodersContractTest {
  private abstract static class Contract extends EncoderContract {
    private final EncoderProvider provider;
    private final Map<String, String> always;

    Contract(EncoderProvider provider, Map<String, String> always) {
      this.provider = provider;
      this.always = always;
    }

    @Override
    protected EventEncoder open(Map<String, String> params) {
      Map<String, String> all = new HashMap<>(always);
      all.putAll(params);
      return provider.open(new EncoderRequest("topic", all, ZoneOffset.UTC, () -> Instant.EPOCH));
    }
  }

  @Nested
  class CanalJson extends Contract {
    CanalJson() {
      super(new CanalJsonEncoderProvider(), Map.of());
    }
  }

  @Nested
  class CanalJsonExtended extends Contract {
    CanalJsonExtended() {
      super(new CanalJsonEncoderProvider(), Map.of("enable-tidb-extension", "true"));
    }
  }

  @Nested
  class Canal extends Contract {
    Canal() {
      super(new CanalEncoderProvider(), Map.of());
    }
  }

  @Nested
  class OpenProtocol extends Contract {
    OpenProtocol() {
      super(new OpenProtocolEncoderProvider(), Map.of());
    }
  }

  @Nested
  class Maxwell extends Contract {
    Maxwell() {
      super(new MaxwellEncoderProvider(), Map.of());
    }
  }

  @Nested
  class Debezium extends Contract {
    Debezium() {
      super(new DebeziumEncoderProvider(), Map.of());
    }
  }

  @Nested
  class Simple extends Contract {
    Simple() {
      super(new SimpleEncoderProvider(), Map.of());
    }
  }

  @Nested
  class Csv extends Contract {
    Csv() {
      super(new CsvEncoderProvider(), Map.of());
    }
  }

  @Nested
  class CsvWithOldValues extends Contract {
    CsvWithOldValues() {
      super(new CsvEncoderProvider(), Map.of("output-old-value", "true"));
    }
  }

  private static HttpServer registry;

  /** Starts a registry that gives each schema it has not seen the next number. */
  @BeforeAll
  static void startRegistry() throws IOException {
    Map<String, Integer> ids = new ConcurrentHashMap<>();
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/",
        exchange -> {
          String schema =
              exchange.getRequestURI()
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          int id = ids.computeIfAbsent(schema, s -> ids.size() + 1);
          byte[] answer = ("{\"id\":" + id + "}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    registry.start();
  }

  @AfterAll
  static void stopRegistry() {
    registry.stop(0);
  }

  private static String registryAddress() {
    return "http://127.0.0.1:" + registry.getAddress().getPort();
  }

  @Nested
  class Avro extends Contract {
    Avro() {
      super(new AvroEncoderProvider(), Map.of("schema-registry", registryAddress()));
    }
  }

  @Nested
  class AvroExtended extends Contract {
    AvroExtended() {
      super(
          new AvroEncoderProvider(),
          Map.of(
              "schema-registry",
              registryAddress(),
              "enable-tidb-extension",
              "true",
              "avro-enable-watermark",
              "true"));
    }
  }
}

package io.millrace.core.sink.kafka;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.TableName;
import io.millrace.api.sink.Sink;
import io.millrace.rig.KafkaBroker;
import io.millrace.testkit.sink.SinkContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class KafkaSinkContractIT extends SinkContract {
  private static final Pattern ROW =
      Pattern.compile("\"table\":\"(\\w+)\".*\"isDdl\":(\\w+).*\"data\":\\[\\{\"id\":\"(\\d+)\"");

  private KafkaBroker broker;
  private TopicReader reader;
  private String topic;
  private long nanos;
  private int captures;

  @BeforeEach
  void takeTopic() {
    broker = KafkaBroker.shared();
    topic = "contract-" + UUID.randomUUID();
    reader = new TopicReader(broker, "read_committed");
  }

  @AfterEach
  void closeReader() {
    reader.close();
  }

  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return nanos;
        }
      };

  @Override
  protected Sink open() {
    KafkaSinkProvider provider = Requests.provider(ticker);
    String uri = "kafka://" + broker.address() + "/" + topic + "?protocol=canal-json";
    if (captures > 0) {
      provider.fence(Requests.of(uri, topic, "next"), new CaptureId("capture-" + captures));
    }
    captures++;
    return provider.open(Requests.of(uri, topic, "capture-" + captures));
  }

  @Override
  protected void settle() {
    nanos += 60_000_000;
  }

  @Override
  protected Optional<List<Long>> stored(TableName table) {
    return Optional.of(
        reader.all(topic).stream()
            .map(message -> ROW.matcher(new String(message.value(), StandardCharsets.UTF_8)))
            .filter(Matcher::find)
            .filter(row -> row.group(1).equals(table.table()))
            .map(row -> Long.valueOf(row.group(3)))
            .toList());
  }
}

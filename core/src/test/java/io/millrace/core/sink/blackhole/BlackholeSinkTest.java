package io.millrace.core.sink.blackhole;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BlackholeSinkTest {
  private static final TableSchema TABLE =
      new TableSchema(new TableName("s", "t"), List.of(Vectors.column("id", "int")), List.of());
  private final BlackholeSinkProvider provider =
      new BlackholeSinkProvider(
          Map.of("canal-json", new CanalJsonEncoderProvider()), () -> Instant.EPOCH);

  @Test
  void everythingIsDroppedAndCounted() {
    BlackholeSink sink = open("blackhole://any:1/path?protocol=unheard-of&x=y");
    sink.write(batch(true));
    sink.write(batch(true));
    assertThat(sink.rows()).isEqualTo(2);
    assertThat(sink.bytes()).isEqualTo(14);
    sink.close();
  }

  @Test
  void onRequestRowsAreEncodedFirst() {
    BlackholeSink sink = open("blackhole:?protocol=canal-json");
    sink.write(batch(true));
    assertThat(sink.rows()).isEqualTo(1);
    assertThat(sink.bytes()).isGreaterThan(100);
    sink.close();
  }

  @Test
  void openTransactionsAreNotCovered() {
    BlackholeSink sink = open("blackhole:");
    sink.write(batch(false));
    Resolved before = new Resolved(new Tso(1), new SourcePosition("server", 1, 50, 0, ""));
    Resolved after = new Resolved(new Tso(3), new SourcePosition("server", 1, 200, 0, ""));
    assertThat(sink.flush(after)).isEmpty();
    assertThat(sink.flush(before)).contains(new Durable(before));
    sink.write(batch(true));
    assertThat(sink.flush(after)).contains(new Durable(after));
    assertThat(sink.flush(before)).contains(new Durable(after));
    sink.close();
  }

  private BlackholeSink open(String uri) {
    SinkRequest request =
        new SinkRequest(
            ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
            SinkConfig.DEFAULT,
            new ChangefeedId("feed"),
            "incarnation",
            new CaptureId("a"),
            Set.of(),
            1,
            new Tso(1),
            ZoneOffset.UTC);
    provider.validate(request);
    provider.dial(request, Duration.ofSeconds(1));
    return (BlackholeSink) provider.open(request);
  }

  private static RowBatch batch(boolean end) {
    return new RowBatch(
        new SourcePosition("server", 1, 100, 0, ""),
        new Tso(2),
        new Tso(2),
        0,
        List.of(FakeChange.insert(TABLE, FakeRow.of(TABLE, 5))),
        7,
        end);
  }
}

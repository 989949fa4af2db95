package io.millrace.testkit.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The downstream that records keeps the contract of sinks, fences included. */
final class RecordingSinkContractTest extends SinkContract {
  private final RecordingSink downstream = new RecordingSink();
  private int captures;

  @Override
  protected Sink open() {
    captures++;
    SinkRequest request = request(captures);
    for (int gone = 1; gone < captures; gone++) {
      downstream.fence(request, new CaptureId("c" + gone));
    }
    return downstream.open(request);
  }

  static SinkRequest request(int capture) {
    return new SinkRequest(
        ConnectorUri.parse("recording://", StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("contract"),
        "incarnation",
        new CaptureId("c" + capture),
        Set.of(new TableId(1)),
        capture,
        SinkFeed.START,
        ZoneOffset.UTC);
  }

  @Override
  protected void settle() {
    // What is flushed is durable at once.
  }

  @Override
  protected Optional<List<Long>> stored(TableName table) {
    return Optional.of(
        downstream.rows().stream()
            .filter(row -> row.table().name().equals(table))
            .map(row -> row.after().longAt(0))
            .toList());
  }

  @Override
  protected Optional<Integer> schemaChanges(TableName table) {
    return Optional.of(
        (int)
            downstream.schemaChanges().stream()
                .filter(change -> change.tables().get(0).name().equals(table))
                .count());
  }

  @Override
  protected boolean isFenced() {
    return true;
  }

  @Override
  protected void block() {
    downstream.block();
  }
}

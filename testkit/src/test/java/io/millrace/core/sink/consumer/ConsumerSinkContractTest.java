package io.millrace.core.sink.consumer;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.RowChange;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.testkit.sink.SinkContract;
import io.millrace.testkit.sink.SinkFeed;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A consumer that stores what it sees, as a database would: a transaction at its end. */
final class ConsumerSinkContractTest extends SinkContract {
  private final List<RowChange> stored = new ArrayList<>();
  private final List<RowChange> begun = new ArrayList<>();
  private final List<Changes> unacknowledged = new ArrayList<>();
  private volatile boolean blocked;

  @Override
  protected Sink open() {
    begun.clear();
    unacknowledged.clear();
    SinkRequest request =
        new SinkRequest(
            ConnectorUri.parse("consumer://store", StandardErrorCode.SINK_URI_INVALID),
            SinkConfig.DEFAULT,
            new ChangefeedId("contract"),
            "incarnation",
            new CaptureId("capture"),
            Set.of(),
            1,
            SinkFeed.START,
            ZoneOffset.UTC);
    return new ConsumerSinkProvider(Map.of("store", this::accept)).open(request);
  }

  private void accept(Changes changes) throws InterruptedException {
    if (blocked) {
      new CountDownLatch(1).await();
    }
    if (changes.slice() == 0) {
      begun.clear();
    }
    begun.addAll(changes.rows());
    if (changes.endOfTransaction()) {
      stored.addAll(begun);
      begun.clear();
    }
    unacknowledged.add(changes);
  }

  @Override
  protected void settle() {
    unacknowledged.forEach(Changes::ack);
    unacknowledged.clear();
  }

  @Override
  protected Optional<List<Long>> stored(TableName table) {
    return Optional.of(
        stored.stream()
            .filter(row -> row.table().name().equals(table))
            .map(row -> row.after().longAt(0))
            .toList());
  }

  @Override
  protected void block() {
    blocked = true;
  }
}

package io.millrace.core.sink.file;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.testkit.sink.SinkFeed;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A process that writes until it is killed, and prints each transaction that is durable. */
final class KilledWriter {
  static final int TABLES = 5;

  private KilledWriter() {}

  /** Takes the directory and the first transaction's number. */
  public static void main(String[] args) {
    FileSinkProvider provider =
        new FileSinkProvider(
            Map.of(CanalJsonEncoderProvider.PROTOCOL, new CanalJsonEncoderProvider()),
            com.google.common.base.Ticker.systemTicker(),
            InstantSource.system());
    int first = Integer.parseInt(args[1]);
    try (Sink sink = provider.open(request(args[0], "writer-" + first))) {
      long printed = 0;
      for (int transaction = first; ; transaction++) {
        if (transaction % 3 == 0) {
          sink.write(SinkFeed.slice(transaction, 0, false, rows(transaction)));
          sink.write(SinkFeed.slice(transaction, 0, false, rows(transaction)));
          sink.write(SinkFeed.slice(transaction, 1, true, List.of()));
        } else {
          sink.write(SinkFeed.transaction(transaction, rows(transaction)));
        }
        Optional<Durable> durable = sink.flush(SinkFeed.resolvedAfter(transaction));
        long upTo =
            durable.map(d -> d.upTo().ts().value() - SinkFeed.START.value()).orElse(printed);
        if (upTo > printed) {
          printed = upTo;
          System.out.println(printed);
        }
      }
    }
  }

  /** Returns one row for each table, whose id is the transaction's number. */
  private static List<RowChange> rows(int transaction) {
    List<RowChange> rows = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      TableSchema table = SinkFeed.table("t" + i);
      rows.add(SinkFeed.insert(table, transaction, 200));
    }
    return rows;
  }

  static SinkRequest request(String directory, String capture) {
    return new SinkRequest(
        ConnectorUri.parse(
            "file://" + directory + "?protocol=canal-json&flush-interval=50ms",
            StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("killed"),
        "incarnation",
        new CaptureId(capture),
        Set.of(new TableId(1)),
        1,
        SinkFeed.START,
        ZoneOffset.UTC);
  }
}

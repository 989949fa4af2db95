package io.millrace.core.source.mysql;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.core.sink.blackhole.BlackholeSink;
import io.millrace.core.sink.blackhole.BlackholeSinkProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A process that reads one transaction to its end, encodes it and prints what it took. */
final class GiantReader {
  private GiantReader() {}

  /** Takes the URI, the schema, and the restart: server, file, offset, detail and ts. */
  public static void main(String[] args) throws IOException {
    long begun = System.nanoTime();
    SourcePosition position =
        new SourcePosition(args[2], Long.parseLong(args[3]), Long.parseLong(args[4]), 0, args[5]);
    Restart from = new Restart(position, new Tso(Long.parseLong(args[6])));
    StreamOptions options =
        new StreamOptions("giant", name -> name.schema().equals(args[1]), Map.of());
    long rows = 0;
    int slices = 0;
    try (BlackholeSink sink = sink();
        ChangeSource source = StreamProbe.source(args[0]);
        ChangeStream stream = source.open(from, options)) {
      boolean ended = false;
      while (!ended) {
        List<ChangeEvent> events = stream.poll(Duration.ofSeconds(30));
        for (ChangeEvent event : events) {
          if (event instanceof RowBatch batch) {
            rows = batch.slice() == 0 ? 0 : rows;
            rows = inOrder(batch, rows);
            slices++;
            sink.write(batch);
            ended |= batch.endOfTransaction();
          }
        }
      }
      System.out.printf(
          "rows=%d slices=%d json_mb=%d ms=%d rss_peak_mb=%d%n",
          rows,
          slices,
          sink.bytes() >> 20,
          (System.nanoTime() - begun) / 1_000_000,
          peakResident() >> 10);
    }
  }

  /** Checks that ids go on from the last one. */
  private static long inOrder(RowBatch batch, long last) {
    long id = last;
    for (RowChange row : batch.rows()) {
      if (row.after().longAt(0) != ++id) {
        throw new AssertionError("row " + row.after().longAt(0) + " instead of " + id);
      }
    }
    return id;
  }

  /** Opens a sink that encodes what it drops. */
  static BlackholeSink sink() {
    BlackholeSinkProvider provider =
        new BlackholeSinkProvider(
            Map.of(CanalJsonEncoderProvider.PROTOCOL, new CanalJsonEncoderProvider()),
            InstantSource.system());
    return (BlackholeSink)
        provider.open(
            new SinkRequest(
                ConnectorUri.parse(
                    "blackhole://?protocol=canal-json", StandardErrorCode.SINK_URI_INVALID),
                SinkConfig.DEFAULT,
                new ChangefeedId("giant"),
                "incarnation",
                new CaptureId("reader"),
                Set.of(new TableId(1)),
                1,
                Tso.ZERO,
                ZoneOffset.UTC));
  }

  /** Returns the process's largest resident size, in KiB. */
  private static long peakResident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}

package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.source.ScriptedSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** An embedder's own source, store, sink and codec, given to the builder. */
class OwnPartsTest {
  private static final TableName ITEMS = new TableName("shop", "items");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<String> encoded = new CopyOnWriteArrayList<>();

  /** Writes each row as a line: its table and the text of its first column. */
  private final class Lines implements EventEncoder {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void append(RowChange row, Tso commitTs) {
      lines.add(row.table().name() + " " + row.after().textAt(0));
    }

    @Override
    public void drain(MessageSink out) {
      for (String line : lines) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        out.accept(bytes, 0, -1, 0, bytes.length, 1);
        encoded.add(line);
      }
      lines.clear();
    }

    @Override
    public void encode(SchemaChange change, MessageSink out) {}

    @Override
    public void encodeCheckpoint(Tso ts, MessageSink out) {}
  }

  @Test
  void workTogether() {
    ScriptedSource source = new ScriptedSource(16, InstantSource.system());
    source.add(ITEMS);
    MemoryStore memory = new MemoryStore(Ticker.systemTicker());
    RecordingSink recorder = new RecordingSink();
    try (CdcService service =
        CdcService.builder()
            .upstream("Scripted://here")
            .source("scripted", request -> source)
            .store("mine:")
            .store("mine", uri -> memory.open())
            .sink("recorder", recorder)
            .encoder("Lines", request -> new Lines())
            .build()) {
      service.start();
      ChangefeedId recorded = service.create(ChangefeedSpec.builder("recorder://x").build());
      ChangefeedId written =
          service.create(ChangefeedSpec.builder("blackhole://?protocol=lines").build());
      source.insert(7, ITEMS);
      service.awaitCaughtUp(recorded, LIMIT);
      service.awaitCaughtUp(written, LIMIT);
    }
    assertThat(recorder.records()).isNotEmpty();
    assertThat(encoded).containsExactly("shop.items 7");
    try (var store = memory.open()) {
      assertThat(store.read("/millrace/default/").entries()).isNotEmpty();
    }
  }
}

package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSinkTest {
  private static final TableSchema T = Feed.table("s", "t");
  private static final TableSchema U = Feed.table("s", "u");
  private static final String FIRST = "CDC00000000000000000001.json";
  private static final String SECOND = "CDC00000000000000000002.json";

  @TempDir private Path parent;
  private Feed feed;

  @BeforeEach
  void setUp() {
    feed = new Feed(parent.resolve("out"));
  }

  @Test
  void rowsAreDurableOnceTheIntervalHasPassed() {
    FileSink sink = feed.open("a");
    sink.write(feed.transaction(Feed.insert(T, 1, "x"), Feed.insert(U, 2, "y")));
    sink.write(feed.transaction(Feed.insert(T, 3, "z")));
    Resolved resolved = feed.resolved();
    assertThat(sink.flush(resolved)).isEmpty();
    feed.advanceMillis(999);
    assertThat(sink.flush(resolved)).isEmpty();
    assertThat(feed.files()).isEmpty();
    feed.advanceMillis(1);
    assertThat(sink.flush(resolved)).contains(new Durable(resolved));
    assertThat(feed.files()).containsExactly("s/t/1000/" + FIRST, "s/u/1000/" + FIRST);
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1", "INSERT 3");
    assertThat(feed.text("s/u/1000/" + FIRST)).startsWith("{\"id\":0,").endsWith("}]}\r\n");
    assertThat(feed.temporary()).isEmpty();
    sink.close();
  }

  @Test
  void whatHasNoRowsIsDurableAtOnce() {
    FileSink sink = feed.open("a");
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
    sink.write(feed.transaction());
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
    Resolved before = feed.resolved();
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    assertThat(sink.flush(feed.resolved())).contains(new Durable(before));
    sink.close();
  }

  @Test
  void theAnswerNeverGoesBack() {
    FileSink sink = feed.open("a");
    Resolved early = feed.resolved();
    sink.write(feed.transaction());
    Resolved late = feed.resolved();
    assertThat(sink.flush(late)).contains(new Durable(late));
    assertThat(sink.flush(early)).contains(new Durable(late));
    sink.close();
  }

  @Test
  void filesEndWhenTheyAreLargeEnough() {
    FileSink sink =
        (FileSink) feed.provider().open(feed.request("?protocol=canal-json&file-size=1", "a"));
    String note = "n".repeat(1_000);
    for (int i = 1; i <= 2_000; i++) {
      sink.write(feed.transaction(Feed.insert(T, i, note)));
    }
    feed.advanceMillis(5_000);
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
    assertThat(feed.files()).hasSize(3);
    assertThat(feed.text(feed.files().get(0)).length()).isBetween(1 << 20, (1 << 20) + 2_000);
    assertThat(feed.rows("s/t/"))
        .isEqualTo(IntStream.rangeClosed(1, 2_000).mapToObj(i -> "INSERT " + i).toList());
    sink.close();
  }

  @Test
  void aTransactionBegunAgainReplacesItsFirstAttempt() {
    FileSink sink =
        (FileSink) feed.provider().open(feed.request("?protocol=canal-json&file-size=1", "a"));
    String note = "n".repeat(100_000);
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    for (int i = 0; i < 30; i++) {
      sink.write(feed.slice(i, false, Feed.insert(T, 100 + i, note), Feed.insert(U, i, note)));
    }
    sink.write(feed.slice(0, false, Feed.insert(T, 7, "y")));
    sink.write(feed.slice(1, true, Feed.insert(T, 8, "y")));
    feed.advanceMillis(5_000);
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
    assertThat(feed.rows("s/")).containsExactly("INSERT 1", "INSERT 7", "INSERT 8");
    assertThat(feed.temporary()).isEmpty();
    sink.close();
  }

  @Test
  void slicesThatDoNotFollowVoidTheAttemptToo() {
    FileSink sink = feed.open("a");
    sink.write(feed.slice(1, false, Feed.insert(T, 1, "x")));
    sink.write(feed.slice(2, false, Feed.insert(T, 2, "x")));
    sink.write(feed.slice(1, false, Feed.insert(T, 1, "x")));
    sink.write(feed.slice(3, true, Feed.insert(T, 3, "x")));
    feed.advanceMillis(1_000);
    sink.flush(feed.resolved());
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1", "INSERT 3");
    sink.close();
  }

  @Test
  void anOpenTransactionStaysBehindWhileOthersArePublished() {
    FileSink sink = feed.open("a");
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    Resolved before = feed.resolved();
    sink.write(feed.slice(0, false, Feed.insert(T, 2, "x"), Feed.insert(U, 2, "x")));
    feed.advanceMillis(1_000);
    assertThat(sink.flush(before)).contains(new Durable(before));
    assertThat(feed.rows("s/")).containsExactly("INSERT 1");
    Resolved tooFar =
        new Resolved(
            new Tso(before.ts().value() + 5), new SourcePosition("server", 1, 1L << 40, 0, ""));
    assertThat(sink.flush(tooFar)).contains(new Durable(before));
    sink.write(feed.slice(1, false, Feed.insert(T, 3, "x")));
    sink.write(feed.slice(2, true));
    assertThat(sink.flush(feed.resolved())).contains(new Durable(before));
    feed.advanceMillis(1_000);
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1", "INSERT 2", "INSERT 3");
    assertThat(feed.rows("s/u/")).containsExactly("INSERT 2");
    sink.close();
  }

  @Test
  void aSchemaChangeBeginsAVersionForEveryWriter() {
    FileSink sink = feed.open("a");
    FileSink herald = feed.open("b");
    publish(sink, Feed.insert(T, 1, "x"));
    herald.write(feed.schemaChange(T));
    publish(sink, Feed.insert(T, 2, "x"));
    publish(sink, Feed.insert(T, 3, "x"));
    publish(sink, Feed.insert(U, 4, "x"));
    assertThat(feed.files())
        .containsExactly(
            "s/t/1000/" + FIRST, "s/t/1002/" + FIRST, "s/t/1002/" + SECOND, "s/u/1000/" + FIRST);
    sink.close();
    herald.close();
    FileSink again = feed.open("c");
    publish(again, Feed.insert(T, 5, "x"));
    assertThat(feed.rows("s/t/1002/")).containsExactly("INSERT 2", "INSERT 3", "INSERT 5");
    again.close();
  }

  @Test
  void numbersGoOnAfterTheHighestAndReplaceNothing() throws IOException {
    FileSink first = feed.open("a");
    publish(first, Feed.insert(T, 1, "x"));
    FileSink second = feed.open("b");
    publish(second, Feed.insert(T, 2, "x"));
    publish(first, Feed.insert(T, 3, "x"));
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1", "INSERT 2", "INSERT 3");
    Path foreign = parent.resolve("out/s/t/1000/CDC00000000000000000007.json");
    Files.writeString(foreign, "");
    FileSink third = feed.open("c");
    publish(third, Feed.insert(T, 4, "x"));
    assertThat(feed.files()).contains("s/t/1000/CDC00000000000000000008.json");
    assertThat(foreign).isEmptyFile();
    first.close();
    second.close();
    third.close();
  }

  @Test
  void theCheckpointStandsInAFileOfItsOwn() {
    FileSink herald = feed.open("a");
    herald.checkpoint(new Tso(5), Set.of());
    assertThat(feed.text("metadata")).isEqualTo("{\"checkpoint-ts\":5}");
    herald.checkpoint(Tso.MAX, Set.of());
    assertThat(feed.text("metadata")).isEqualTo("{\"checkpoint-ts\":18446744073709551615}");
    assertThat(feed.temporary()).isEmpty();
    herald.close();
  }

  @Test
  void updatesOfKeysAreSplitUnlessToldOtherwise() {
    RowChange update = FakeChange.update(T, FakeRow.of(T, 1, "x"), FakeRow.of(T, 2, "x"));
    FileSink sink = feed.open("a");
    publish(sink, update);
    assertThat(feed.rows("s/t/")).containsExactly("DELETE 1", "INSERT 2");
    sink.close();
    String raw =
        "?protocol=canal-json&flush-interval=1s&date-separator=none&output-raw-change-event=true";
    FileSink second = (FileSink) feed.provider().open(feed.request(raw, "b"));
    publish(second, update);
    assertThat(feed.rows("s/t/")).containsExactly("DELETE 1", "INSERT 2", "UPDATE 2");
    second.close();
  }

  @Test
  void closingDropsWhatIsNotPublished() {
    FileSink sink = feed.open("a");
    sink.write(feed.transaction(Feed.insert(T, 1, "x".repeat(200_000))));
    assertThat(feed.temporary()).hasSize(1);
    sink.close();
    sink.close();
    assertThat(parent.resolve("out")).isDirectoryNotContaining("glob:**/.*");
    assertThat(feed.files()).isEmpty();
    assertThatThrownBy(() -> sink.flush(feed.resolved()))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void aFencedWriterPublishesNothingMore() {
    FileSink zombie = feed.open("a");
    publish(zombie, Feed.insert(T, 1, "x"));
    zombie.write(feed.transaction(Feed.insert(T, 2, "x")));
    feed.provider().fence(feed.request("?protocol=canal-json", "a"), new CaptureId("b"));
    assertThat(parent.resolve("out")).isDirectoryContaining("glob:**/.writer,*");
    feed.provider().fence(feed.request("?protocol=canal-json", "b"), new CaptureId("a"));
    assertThat(parent.resolve("out")).isDirectoryNotContaining("glob:**/.*");
    feed.advanceMillis(1_000);
    assertFails(() -> zombie.flush(feed.resolved()));
    assertFails(() -> zombie.write(feed.transaction(Feed.insert(T, 3, "x"))));
    assertThat(feed.rows("s/")).containsExactly("INSERT 1");
    FileSink herald = feed.open("c");
    feed.provider().fence(feed.request("?protocol=canal-json", "b"), new CaptureId("c"));
    assertFails(() -> herald.checkpoint(new Tso(7), Set.of()));
    assertThat(feed.files()).doesNotContain("metadata");
  }

  @Test
  void leftoversOfDeadProcessesAreRemovedAndNoOthers() throws IOException {
    FileSink alive = feed.open("a");
    alive.write(feed.transaction(Feed.insert(T, 1, "x".repeat(200_000))));
    Path dead = Files.createDirectory(parent.resolve("out/.writer,i,c,other,1"));
    Files.createFile(dead.resolve("lock"));
    Files.createFile(dead.resolve("0.tmp"));
    Path half = Files.createDirectory(parent.resolve("out/.gone,1"));
    Files.createFile(half.resolve("0.tmp"));
    FileSink next = feed.open("b");
    assertThat(dead).doesNotExist();
    assertThat(half).doesNotExist();
    feed.advanceMillis(1_000);
    alive.flush(feed.resolved());
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1");
    alive.close();
    next.close();
  }

  @Test
  void manyTablesShareFewOpenFiles() {
    FileSink sink = feed.open("a");
    List<TableSchema> tables =
        IntStream.range(0, 280).mapToObj(i -> Feed.table("many", "t" + i)).toList();
    for (int round = 0; round < 2; round++) {
      for (TableSchema table : tables) {
        sink.write(feed.transaction(Feed.insert(table, round, "x".repeat(66_000))));
      }
    }
    feed.advanceMillis(1_000);
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
    for (TableSchema table : tables) {
      assertThat(feed.rows("many/" + table.name().table() + "/"))
          .containsExactly("INSERT 0", "INSERT 1");
    }
    sink.close();
  }

  @Test
  void strangeNamesStayInside() throws IOException {
    FileSink sink = feed.open("a");
    String wide = "\u8868".repeat(64);
    publish(sink, Feed.insert(Feed.table("..", "../../x"), 1, "x"));
    publish(sink, Feed.insert(Feed.table("metadata", "a/b\0c"), 2, "x"));
    publish(sink, Feed.insert(Feed.table(wide, wide), 3, "x"));
    sink.checkpoint(new Tso(9), Set.of());
    assertThat(feed.files())
        .hasSize(4)
        .contains("%2E%2E/%2E.%2F..%2Fx/1000/" + FIRST, "%6Detadata/a%2Fb%00c/1000/" + FIRST);
    try (var outside = Files.list(parent)) {
      assertThat(outside).containsExactly(parent.resolve("out"));
    }
    sink.close();
  }

  private void publish(FileSink sink, RowChange row) {
    sink.write(feed.transaction(row));
    feed.advanceMillis(1_000);
    assertThat(sink.flush(feed.resolved())).contains(new Durable(feed.resolved()));
  }

  private static void assertFails(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILE_SINK_FILE_OP));
  }

  @Test
  void csvFilesBeginWithTheirHeader() {
    FileSink sink =
        (FileSink)
            feed.provider()
                .open(
                    feed.request(
                        "?protocol=CSV&flush-interval=1s&date-separator=none&csv.output-field-header=true",
                        "a"));
    sink.write(feed.transaction(Feed.insert(T, 1, "x"), Feed.insert(T, 2, "y\"")));
    feed.advanceMillis(1_000);
    sink.flush(feed.resolved());
    sink.write(feed.transaction(Feed.insert(T, 3, "z")));
    feed.advanceMillis(1_000);
    sink.flush(feed.resolved());
    String header = "ticdc-meta$operation,ticdc-meta$table,ticdc-meta$schema,id,note\r\n";
    String first = FIRST.replace("json", "csv");
    String second = SECOND.replace("json", "csv");
    assertThat(feed.files()).containsExactly("s/t/1000/" + first, "s/t/1000/" + second);
    assertThat(feed.text("s/t/1000/" + first))
        .isEqualTo(header + "\"I\",\"t\",\"s\",1,\"x\"\r\n\"I\",\"t\",\"s\",2,\"y\"\"\"\r\n");
    assertThat(feed.text("s/t/1000/" + second)).isEqualTo(header + "\"I\",\"t\",\"s\",3,\"z\"\r\n");
    sink.close();
  }

  @Test
  void columnsThatAreNotSelectedAreNotWritten() {
    SinkConfig config =
        new SinkConfig(
            List.of(),
            Optional.empty(),
            Map.of(),
            List.of(new ColumnSelector(List.of("s.t"), List.of("*", "!note"))));
    FileSink sink =
        (FileSink)
            feed.provider()
                .open(
                    Feed.request(
                        "file://" + parent.resolve("out"),
                        "?protocol=csv&flush-interval=1s&date-separator=none&csv.output-field-header=true",
                        config,
                        "a"));
    sink.write(feed.transaction(Feed.insert(T, 1, "x"), Feed.insert(U, 2, "y")));
    feed.advanceMillis(1_000);
    sink.flush(feed.resolved());
    assertThat(feed.text("s/t/1000/" + FIRST.replace("json", "csv")).lines())
        .containsExactly(
            "ticdc-meta$operation,ticdc-meta$table,ticdc-meta$schema,id", "\"I\",\"t\",\"s\",1");
    assertThat(feed.text("s/u/1000/" + FIRST.replace("json", "csv"))).contains("2,\"y\"");
    sink.close();
  }
}

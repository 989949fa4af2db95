package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileDatesTest {
  private static final TableSchema T = Feed.table("s", "t");
  private static final Tso EVENING = Tso.of(Instant.parse("2026-12-31T23:59:59.999Z"));
  private static final Tso MORNING = Tso.of(Instant.parse("2027-01-01T00:00:00Z"));

  @TempDir private Path parent;
  private Feed feed;
  private long offset = 4;

  @BeforeEach
  void setUp() {
    feed = new Feed(parent.resolve("out"));
  }

  private FileSink open(String query) {
    return (FileSink)
        feed.provider().open(feed.request("?protocol=canal-json&flush-interval=1s" + query, "a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|2026-12-31/CDC00000000000000000001.json|2027-01-01/CDC00000000000000000001.json",
        "&date-separator=month&file-index-digit=6|2026-12/CDC000001.json|2027-01/CDC000001.json",
        "&date-separator=year&file-index-digit=7|2026/CDC0000001.json|2027/CDC0000001.json",
      })
  void filesAreToldApartByTheDateOfCommit(String query, String first, String second) {
    FileSink sink = open(query == null ? "" : query);
    sink.write(transaction(EVENING, 1));
    sink.write(transaction(MORNING, 2));
    publish(sink);
    assertThat(feed.files()).containsExactly("s/t/1000/" + first, "s/t/1000/" + second);
    assertThat(feed.rows("s/t/1000/" + first)).containsExactly("INSERT 1");
    sink.write(transaction(MORNING, 3));
    publish(sink);
    assertThat(feed.rows("s/t/1000/2027")).containsExactly("INSERT 2", "INSERT 3");
    assertThat(feed.files()).hasSize(3);
    sink.close();
  }

  @Test
  void anOpenTransactionOfTheNextDayStaysBehind() {
    FileSink sink = open("");
    sink.write(transaction(EVENING, 1));
    sink.write(slice(MORNING, 2, 0, false));
    publish(sink);
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1");
    sink.write(slice(MORNING, 3, 1, true));
    publish(sink);
    assertThat(feed.rows("s/t/1000/2027-01-01")).containsExactly("INSERT 2", "INSERT 3");
    sink.close();
  }

  @Test
  void daysThatAreLongerAgoAreRemovedWithTheFirstCheckpointOfADay() throws IOException {
    FileSink sink = open("&file-expiration-days=1");
    sink.write(transaction(EVENING, 1));
    sink.write(transaction(MORNING, 2));
    publish(sink);
    Path foreign = parent.resolve("out/s/t/1000/2026-12-31/notes.txt");
    Files.writeString(foreign, "mine");
    sink.checkpoint(MORNING, Set.of());
    assertThat(feed.rows("s/t/1000/2027")).containsExactly("INSERT 2");
    assertThat(feed.files()).hasSize(4).anyMatch(f -> f.contains("2026-12-31/CDC"));
    sink.checkpoint(Tso.of(Instant.parse("2027-01-02T00:00:00Z")), Set.of());
    assertThat(feed.files())
        .containsExactly(
            "metadata",
            "s/t/1000/2026-12-31/notes.txt",
            "s/t/1000/2027-01-01/CDC00000000000000000001.json");
    Files.delete(foreign);
    sink.checkpoint(Tso.of(Instant.parse("2027-02-02T00:00:00Z")), Set.of());
    assertThat(parent.resolve("out/s/t/1000")).isEmptyDirectory();
    sink.write(transaction(Tso.of(Instant.parse("2027-02-02T01:00:00Z")), 3));
    publish(sink);
    assertThat(feed.rows("s/t/1000/2027-02-02")).containsExactly("INSERT 3");
    sink.close();
  }

  @Test
  void withoutBeingToldNothingIsRemoved() {
    FileSink sink = open("");
    sink.write(transaction(EVENING, 1));
    publish(sink);
    sink.checkpoint(Tso.of(Instant.parse("2036-01-01T00:00:00Z")), Set.of());
    assertThat(feed.rows("s/t/")).containsExactly("INSERT 1");
    sink.close();
  }

  private RowBatch transaction(Tso commitTs, long id) {
    return slice(commitTs, id, 0, true);
  }

  private RowBatch slice(Tso commitTs, long id, int slice, boolean end) {
    List<RowChange> rows = List.of(Feed.insert(T, id, "x"));
    RowBatch batch = new RowBatch(position(), commitTs, commitTs, slice, rows, 100, end);
    if (end) {
      offset += 100;
    }
    return batch;
  }

  private SourcePosition position() {
    return new SourcePosition("server", 1, offset, 0, "");
  }

  private void publish(FileSink sink) {
    feed.advanceMillis(1_000);
    sink.flush(new Resolved(MORNING, position()));
  }
}

package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.sink.mysql.ConflictKeys.Hashes;
import io.millrace.core.sink.mysql.TargetTable.Target;
import io.millrace.core.sink.mysql.TargetTable.Unique;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ConflictKeysTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Column.builder("id", ColumnType.INT).nullable(false).build(),
              Column.builder("name", ColumnType.VARCHAR).charset("utf8mb4").build()),
          List.of());

  private static TablePlan plan(String collation, Unique... more) {
    List<Target> columns =
        List.of(
            new Target("id", "int", Optional.empty(), 0, false, false),
            new Target("name", "varchar", Optional.of(collation), 0, true, false));
    List<Unique> keys =
        Stream.concat(Stream.of(new Unique("PRIMARY", List.of("id"))), Stream.of(more)).toList();
    return new TablePlan(
        SCHEMA, new TargetTable(SCHEMA.name(), Optional.of("InnoDB"), columns, keys));
  }

  private static final Unique NAME = new Unique("n", List.of("name"));

  /** Returns the hash of the second key, or null where there is none or it does not tell. */
  private static @Nullable Long hash(String collation, @Nullable String name) {
    Hashes hashes = new Hashes();
    boolean tells =
        plan(collation, NAME)
            .conflicts()
            .addTo(hashes, FakeChange.insert(SCHEMA, FakeRow.of(SCHEMA, 1, name)));
    long[] all = hashes.toArray();
    return tells && all.length == 2 ? all[1] : null;
  }

  @Test
  void foldsWhatACollationMayTakeForEqual() {
    String folding = "utf8mb4_general_ci";
    assertThat(hash(folding, "Ab")).isNotNull().isEqualTo(hash(folding, "aB "));
    assertThat(hash(folding, "y")).isEqualTo(hash(folding, "I"));
    assertThat(hash(folding, "ab")).isNotEqualTo(hash(folding, "ac"));
    assertThat(hash(folding, "\u00e4")).as("may equal others").isNull();
  }

  @Test
  void aBinaryCollationFoldsOnlyBlanksAtTheEnd() {
    assertThat(hash("utf8mb4_bin", "a")).isNotNull().isEqualTo(hash("utf8mb4_bin", "a  "));
    assertThat(hash("utf8mb4_bin", "a")).isNotEqualTo(hash("utf8mb4_bin", "A"));
    assertThat(hash("utf8mb4_bin", " a")).isNotEqualTo(hash("utf8mb4_bin", "a"));
    assertThat(hash("utf8mb4_bin", "\u00e4")).isNotNull();
  }

  @Test
  void nullsNeverCollide() {
    assertThat(hash("utf8mb4_bin", null)).isNull();
  }

  @Test
  void aKeyThatCannotBeComputedMakesTheTableSerial() {
    assertThat(plan("utf8mb4_bin", NAME).conflicts().isSerial()).isFalse();
    assertThat(plan("utf8mb4_bin", new Unique("prefix", List.of())).conflicts().isSerial())
        .isTrue();
  }
}

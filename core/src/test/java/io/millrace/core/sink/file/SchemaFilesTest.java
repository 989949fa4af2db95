package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemaFilesTest {
  private static final TableSchema T = Feed.table("s", "t");

  @TempDir private Path parent;
  private Feed feed;
  private FileSink sink;

  @BeforeEach
  void setUp() {
    feed = new Feed(parent.resolve("out"));
    sink = feed.open("a");
  }

  @AfterEach
  void tearDown() {
    sink.close();
  }

  @Test
  void aTableThatWasThereIsToldBeforeItsRowsArePublished() {
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    assertThat(feed.files()).isEmpty();
    JsonNode told = only("s/t/meta/schema_1000_");
    assertThat(told.get("Query").asText()).isEmpty();
    assertThat(told.get("Type").asInt()).isZero();
    assertThat(names(told)).containsExactly("id", "note");
  }

  @Test
  void aStatementIsToldAtOnceAndItsColumnsWithTheFirstRow() {
    FileSink herald = feed.open("b");
    herald.write(feed.schemaChange(T));
    JsonNode early = only("s/t/meta/schema_1001_");
    assertThat(early.get("Query").asText()).isEqualTo("ALTER TABLE t ADD COLUMN c INT");
    assertThat(early.get("Type").asInt()).isEqualTo(5);
    assertThat(early.get("TableColumns").isNull()).isTrue();
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    JsonNode full = only("s/t/meta/schema_1001_");
    assertThat(full.get("Query")).isEqualTo(early.get("Query"));
    assertThat(full.get("Type")).isEqualTo(early.get("Type"));
    assertThat(names(full)).containsExactly("id", "note");
    List<String> before = feed.schemas();
    FileSink again = feed.open("c");
    again.write(feed.transaction(Feed.insert(T, 2, "x")));
    assertThat(feed.schemas()).isEqualTo(before);
    again.close();
    herald.close();
  }

  @Test
  void aRepeatedStatementDoesNotForgetTheColumns() {
    SchemaChange change = feed.schemaChange(T);
    sink.write(change);
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    sink.write(change);
    assertThat(names(only("s/t/meta/schema_1001_"))).containsExactly("id", "note");
  }

  @Test
  void columnsThatChangeWithoutAVersionAreToldToo() {
    TableSchema wider =
        new TableSchema(
            T.name(),
            List.of(T.columns().get(0), T.columns().get(1), Vectors.column("more", "int")),
            T.keys());
    sink.write(feed.transaction(Feed.insert(T, 1, "x")));
    sink.write(feed.transaction(FakeChange.insert(wider, FakeRow.of(wider, 1L, "x", 2L))));
    assertThat(names(only("s/t/meta/schema_1000_"))).containsExactly("id", "note", "more");
  }

  @Test
  void droppedTablesAndDatabasesAreTold() {
    sink.write(change(5, DdlType.DROP_TABLE, "DROP TABLE t", TableChange.dropped(T.name())));
    assertThat(only("s/t/meta/schema_5_").get("Query").asText()).isEqualTo("DROP TABLE t");
    sink.write(change(6, DdlType.DROP_SCHEMA, "DROP DATABASE s"));
    JsonNode database = only("s/meta/schema_6_");
    assertThat(database.get("Table").asText()).isEmpty();
    assertThat(database.get("Schema").asText()).isEqualTo("s");
    assertThat(database.get("Type").asInt()).isEqualTo(2);
  }

  private static SchemaChange change(long ts, DdlType type, String query, TableChange... tables) {
    return new SchemaChange(
        new SourcePosition("server", 1, ts, 0, ""),
        new Tso(ts),
        new Tso(ts),
        type,
        "s",
        query,
        List.of(tables));
  }

  private JsonNode only(String prefix) {
    List<String> found = feed.schemas().stream().filter(f -> f.startsWith(prefix)).toList();
    assertThat(found).hasSize(1);
    return Vectors.parse(feed.text(found.get(0)));
  }

  private static List<String> names(JsonNode definition) {
    List<String> names = new ArrayList<>();
    definition.get("TableColumns").forEach(column -> names.add(column.get("ColumnName").asText()));
    return names;
  }
}

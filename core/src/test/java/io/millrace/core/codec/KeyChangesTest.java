package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeyChangesTest {
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Vectors.column("id", "int"),
              Vectors.column("mail", "varchar(20)"),
              Vectors.column("note", "varchar(20)")),
          List.of(
              TableSchema.Key.primary(List.of(0)), new TableSchema.Key("mail", List.of(1), false)));

  @Test
  void updatesOfKeysBecomeDeleteAndInsertInPlace() {
    assertThat(split(update(1, "a", "x", 2, "a", "x"))).containsExactly("DELETE 1", "INSERT 2");
    assertThat(split(update(1, "a", "x", 1, "b", "x"))).containsExactly("DELETE 1", "INSERT 1");
    assertThat(split(update(1, "a", "x", 1, null, "x"))).containsExactly("DELETE 1", "INSERT 1");
  }

  @Test
  void allOtherRowsPass() {
    assertThat(split(update(1, "a", "x", 1, "a", "y"))).containsExactly("UPDATE 1");
    assertThat(split(update(1, null, "x", 1, null, "y"))).containsExactly("UPDATE 1");
    assertThat(split(FakeChange.insert(TABLE, row(1, "a", "x")))).containsExactly("INSERT 1");
    assertThat(split(FakeChange.delete(TABLE, row(1, "a", "x")))).containsExactly("DELETE 1");
  }

  private static FakeChange update(
      int id, @Nullable String mail, String note, int id2, @Nullable String mail2, String note2) {
    return FakeChange.update(TABLE, row(id, mail, note), row(id2, mail2, note2));
  }

  private static FakeRow row(int id, @Nullable String mail, String note) {
    return FakeRow.of(TABLE, id, mail, note);
  }

  private static List<String> split(RowChange row) {
    List<String> rows = new ArrayList<>();
    new KeyChanges()
        .split(
            row,
            r ->
                rows.add(
                    r.kind()
                        + " "
                        + (r.kind() == RowChange.Kind.DELETE ? r.before() : r.after()).longAt(0)));
    return rows;
  }
}

package io.millrace.core.source.datagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.api.TableName;
import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TypedRowTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("s", "t"),
          List.of(
              Column.builder("id", ColumnType.BIGINT).build(),
              Column.builder("name", ColumnType.VARCHAR).charset("utf8mb4").build(),
              Column.builder("none", ColumnType.VARCHAR).charset("utf8mb4").build()),
          List.of());
  private static final byte[] POOL = "abcdef".getBytes(StandardCharsets.US_ASCII);

  private final TypedRow row =
      new TypedRow(
          SCHEMA, new long[] {-42, TypedRow.text(2, 3), TypedRow.text(6, 0)}, POOL.clone());

  @Test
  void readsValuesAsTheInterfaceSays() {
    assertThat(row.longAt(0)).isEqualTo(-42);
    assertThat(row.valueAt(0)).isEqualTo(-42L);
    assertThat(row.textAt(0)).isEqualTo("-42");
    assertThat(row.valueAt(1)).isEqualTo("cde");
    assertThat(row.textAt(2)).isEmpty();
    assertThat(row.bytesAt(1)).isEqualTo(ByteBuffer.wrap(POOL, 2, 3));
    assertThat(row.bytesAt(1).isReadOnly()).isTrue();
    assertThat(written(row, 0)).isEqualTo("-42");
    assertThat(written(row, 1)).isEqualTo("cde");
    assertThat(Stream.of(0, 1, 2)).allMatch(row::isPresent).noneMatch(row::isNull);
    assertThat(row).hasToString("s.t[-42, cde, ]");
  }

  @Test
  void refusesAccessorsThatDoNotFitTheType() {
    assertThatIllegalStateException().isThrownBy(() -> row.longAt(1)).withMessageContaining("name");
    assertThatIllegalStateException().isThrownBy(() -> row.bytesAt(0));
    assertThatIllegalStateException().isThrownBy(() -> row.doubleAt(0));
    assertThatIllegalStateException().isThrownBy(() -> row.decimalAt(0));
    assertThatIllegalStateException().isThrownBy(() -> row.dateTimeAt(0));
    assertThatIllegalStateException().isThrownBy(() -> row.instantAt(0));
  }

  @Test
  void aDetachedRowSharesNothing() {
    byte[] pool = POOL.clone();
    TypedRow shared =
        new TypedRow(SCHEMA, new long[] {1, TypedRow.text(2, 3), TypedRow.text(0, 1)}, pool);
    Row detached = shared.detached();
    pool[2] = '?';
    assertThat(shared.textAt(1)).isEqualTo("?de");
    assertThat(detached.textAt(1)).isEqualTo("cde");
    assertThat(detached.textAt(2)).isEqualTo("a");
    assertThat(detached.longAt(0)).isEqualTo(1);
  }

  @Test
  void aChangeHasOnlyTheImagesOfItsKind() {
    TypedRowChange insert = TypedRowChange.insert(SCHEMA, row);
    TypedRowChange update = TypedRowChange.update(SCHEMA, row, row);
    TypedRowChange delete = TypedRowChange.delete(SCHEMA, row);
    assertThat(insert.after()).isSameAs(row);
    assertThat(update.before()).isSameAs(row);
    assertThat(update.bytes()).isEqualTo(2 * row.bytes());
    assertThat(delete.before()).isSameAs(row);
    assertThatIllegalStateException().isThrownBy(insert::before).withMessageContaining("INSERT");
    assertThatIllegalStateException().isThrownBy(delete::after).withMessageContaining("DELETE");
  }

  private static String written(Row row, int column) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    row.write(
        column,
        new ByteSink() {
          @Override
          public void write(int value) {
            bytes.write(value);
          }

          @Override
          public void write(byte[] array, int offset, int length) {
            bytes.write(array, offset, length);
          }
        });
    return bytes.toString(StandardCharsets.US_ASCII);
  }
}

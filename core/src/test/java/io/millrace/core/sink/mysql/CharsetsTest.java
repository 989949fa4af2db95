package io.millrace.core.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.sink.mysql.TargetTable.Target;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CharsetsTest {
  @ParameterizedTest
  @CsvSource({
    "utf8mb4, utf8mb4, true",
    "utf8mb4, gb18030, true",
    "utf8mb4, utf8mb3, false",
    "utf8mb4, utf8, false",
    "utf8mb4, latin1, false",
    "utf16, ucs2, false",
    "gb18030, utf8mb3, false",
    "gb18030, utf16le, true",
    "utf8mb3, utf8, true",
    "utf8, ucs2, true",
    "ucs2, utf8mb3, true",
    "utf8mb3, latin1, false",
    "latin1, utf8mb3, true",
    "latin1, latin2, false",
    "gbk, utf8mb3, true",
    "sjis, cp932, false",
    "ascii, latin1, true",
    "latin1, ascii, false",
    "collation-9999, latin1, true",
    "'', latin1, true",
    "binary, latin1, true",
    "utf8mb4, '', true",
  })
  void tellsWhatHoldsWhat(String upstream, String downstream, boolean holds) {
    assertThat(Charsets.holds(downstream, upstream)).isEqualTo(holds);
  }

  @Test
  void aCollationBeginsWithItsCharset() {
    assertThat(Charsets.of("utf8mb4_0900_ai_ci")).isEqualTo("utf8mb4");
    assertThat(Charsets.of("binary")).isEqualTo("binary");
  }

  private static TablePlan plan(Column from, String type, Optional<String> collation) {
    TableName name = new TableName("s", "t");
    return new TablePlan(
        new TableSchema(name, List.of(from), List.of()),
        new TargetTable(
            name,
            Optional.of("InnoDB"),
            List.of(new Target(from.name(), type, collation, 0, true, false)),
            List.of()));
  }

  private static Column column(ColumnType type, String charset) {
    return Column.builder("note", type).charset(charset).build();
  }

  @Test
  void aColumnThatHoldsLessIsRefused() {
    assertThatThrownBy(
            () ->
                plan(
                    column(ColumnType.VARCHAR, "utf8mb4"),
                    "varchar",
                    Optional.of("latin1_swedish_ci")))
        .hasMessageContaining("column note of the table s.t")
        .hasMessageContaining("utf8mb4 upstream")
        .hasMessageContaining("latin1 downstream")
        .hasMessageContaining("ALTER")
        .extracting(e -> ((CdcException) e).code())
        .isEqualTo(StandardErrorCode.MYSQL_QUERY_ERROR);
    assertThatThrownBy(
            () ->
                plan(
                    Column.builder("note", ColumnType.JSON).build(),
                    "longtext",
                    Optional.of("latin1_swedish_ci")))
        .isInstanceOf(CdcException.class);
  }

  @Test
  void whatIsNotWrittenAsTextIsTaken() {
    Optional<String> latin = Optional.of("latin1_swedish_ci");
    plan(
        Column.builder("note", ColumnType.ENUM).charset("utf8mb4").labels(List.of("a")).build(),
        "enum",
        latin);
    plan(column(ColumnType.TEXT, "utf8mb4"), "blob", Optional.empty());
    plan(Column.builder("note", ColumnType.INT).build(), "varchar", latin);
  }
}

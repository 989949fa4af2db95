package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import io.millrace.core.codec.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableDefinitionTest {
  private static final Tso VERSION = new Tso(100);

  /** The table of TiCDC's own tests; its consumers compare the digest. */
  private static final TableSchema TABLE =
      new TableSchema(
          new TableName("schema1", "table1"),
          List.of(
              Column.builder("Id", ColumnType.INT).nullable(false).build(),
              Column.builder("LastName", ColumnType.VARCHAR).length(128).nullable(false).build(),
              Column.builder("FirstName", ColumnType.VARCHAR).length(64).build(),
              Column.builder("Birthday", ColumnType.DATETIME).build()),
          List.of(TableSchema.Key.primary(List.of(0))));

  @Test
  void digestsAreThoseOfTiCdc() {
    TableDefinition table = TableDefinition.of(TABLE.name(), VERSION).with(TABLE, false);
    assertThat(table.fileName()).isEqualTo("schema_100_0785427252.json");
    TableDefinition database =
        new TableDefinition("schema1", "", VERSION, "CREATE DATABASE schema1", 1, List.of());
    assertThat(database.fileName()).isEqualTo("schema_100_3233644819.json");
  }

  @Test
  void theTextHasEveryFieldInItsOrder() {
    TableDefinition table =
        new TableDefinition("schema1", "table1", VERSION, "ALTER ... \"x\"", 5, List.of())
            .with(TABLE, true);
    assertThat(table.text())
        .startsWith(
            """
            {
                "Table": "table1",
                "Schema": "schema1",
                "Version": 1,
                "TableVersion": 100,
                "Query": "ALTER ... \\"x\\"",
                "Type": 5,
                "TableColumns": [
                    {
                        "ColumnId": "1",
                        "ColumnName": "Id",
                        "ColumnType": "INT",
                        "ColumnPrecision": "11",
                        "ColumnNullable": "false",
                        "ColumnIsPk": "true"
                    },
            """)
        .endsWith(
            """
                    {
                        "ColumnId": "4",
                        "ColumnName": "Birthday",
                        "ColumnType": "DATETIME"
                    }
                ],
                "TableColumnsTotal": 4
            }""");
    assertThat(TableDefinition.of(TABLE.name(), VERSION).text())
        .contains("\"TableColumns\": null,\n    \"TableColumnsTotal\": 0\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time(5)|TIME||5",
        "int(5) unsigned|INT UNSIGNED|5|",
        "int(11) unsigned zerofill|INT UNSIGNED|11|",
        "float(12,3)|FLOAT|12|3",
        "float|FLOAT|12|",
        "double|DOUBLE|22|",
        "decimal(10,2)|DECIMAL|10|2",
        "bit(5)|BIT|5|",
        "char(32)|CHAR|32|",
        "binary(3)|BINARY|3|",
        "blob|BLOB|65535|",
        "longtext|LONGTEXT|4294967295|",
        "timestamp(2)|TIMESTAMP||2",
        "datetime|DATETIME||",
        "date|DATE||",
        "year|YEAR|4|",
        "json|JSON||",
        "enum('a')|ENUM||",
      })
  void columnsAreToldAsTiCdcDoes(String type, String name, String precision, String scale) {
    TableSchema table =
        new TableSchema(TABLE.name(), List.of(Vectors.column("c", type)), List.of());
    var fields = TableDefinition.of(TABLE.name(), VERSION).with(table, false).columns().get(0);
    assertThat(fields.get("ColumnType")).isEqualTo(name);
    assertThat(fields.get("ColumnPrecision")).isEqualTo(precision);
    assertThat(fields.get("ColumnScale")).isEqualTo(scale);
  }
}

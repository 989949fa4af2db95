package io.millrace.testkit.event;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.testkit.event.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.event.Column;
import io.millrace.api.event.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableBuilderTest {
  @Test
  void aUniqueKeyIsNamedAfterItsFirstColumnAndStandsBehindThePrimaryKey() {
    assertThat(
            table("shop.orders")
                .column("id", BIGINT)
                .column("code", BIGINT)
                .column("branch", BIGINT)
                .uniqueKey("branch", "code")
                .primaryKey("id")
                .build()
                .keys())
        .containsExactly(
            TableSchema.Key.primary(List.of(0)),
            new TableSchema.Key("branch", List.of(2, 1), false));
  }

  @Test
  void rowsAreToldApartByAUniqueKeyWithoutNulls() {
    TableBuilder nullable = table("shop.orders").column("id", BIGINT).uniqueKey("id");
    TableBuilder whole =
        table("shop.orders")
            .column(Column.builder("id", BIGINT).nullable(false).build())
            .uniqueKey("id");

    assertThat(nullable.build().handleKey()).isEmpty();
    assertThat(whole.build().handleKey()).contains(new TableSchema.Key("id", List.of(0), false));
  }

  @Test
  void aKeyOfAColumnThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> table("shop.orders").column("id", BIGINT).uniqueKey("code"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column code");
  }
}

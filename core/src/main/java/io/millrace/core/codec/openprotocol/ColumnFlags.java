package io.millrace.core.codec.openprotocol;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.TableSchema;
import java.util.Optional;

/**
 * The bits that tell consumers about a column. Of indexes only unique ones are known.
 *
 * <p><i>Source:</i> protocol specification, 1.3, version 5.2.
 */
final class ColumnFlags {
  private static final int BINARY = 1;
  private static final int HANDLE_KEY = 2;
  private static final int GENERATED = 4;
  private static final int PRIMARY_KEY = 8;
  private static final int UNIQUE_KEY = 16;
  private static final int MULTIPLE_KEY = 32;
  private static final int NULLABLE = 64;
  private static final int UNSIGNED = 128;

  private ColumnFlags() {}

  static boolean isHandleKey(TableSchema table, int column) {
    Optional<TableSchema.Key> key = table.handleKey();
    return key.isPresent() && key.get().columns().contains(column);
  }

  static int of(TableSchema table, int column) {
    Column definition = table.columns().get(column);
    int flags = isHandleKey(table, column) ? HANDLE_KEY : 0;
    flags |= ofType(definition);
    for (TableSchema.Key key : table.keys()) {
      if (!key.columns().contains(column)) {
        continue;
      }
      boolean several = key.columns().size() > 1;
      flags |= several ? MULTIPLE_KEY : 0;
      flags |= key.primary() ? PRIMARY_KEY : 0;
      flags |= key.primary() && !several && isInteger(definition) ? 0 : UNIQUE_KEY;
    }
    return flags;
  }

  private static int ofType(Column definition) {
    ColumnType type = definition.type();
    boolean hasCharset =
        type.family() == ColumnType.Family.CHARACTER || type.family() == ColumnType.Family.LABELS;
    int flags = hasCharset ? 0 : BINARY;
    flags |= definition.generated() == Column.Generated.NONE ? 0 : GENERATED;
    flags |= definition.nullable() ? NULLABLE : 0;
    boolean unsigned =
        definition.unsigned()
            || definition.zerofill()
            || type == ColumnType.BIT
            || type == ColumnType.YEAR;
    return flags | (unsigned ? UNSIGNED : 0);
  }

  private static boolean isInteger(Column definition) {
    return definition.type().family() == ColumnType.Family.INTEGER
        && definition.type() != ColumnType.YEAR;
  }
}

package io.millrace.api.event;

import io.millrace.api.TableName;
import java.util.Optional;

/**
 * What a schema change does to one table: made (only {@code after}), dropped (only {@code before}),
 * renamed (both, different) or altered (both, equal).
 *
 * @param before the name before
 * @param after the name after
 * @param schema the definition after, where the upstream told it at this place
 */
public record TableChange(
    Optional<TableName> before, Optional<TableName> after, Optional<TableSchema> schema) {
  /** Checks that there is a name. */
  public TableChange {
    if (before.isEmpty() && after.isEmpty()) {
      throw new IllegalArgumentException("a table change needs a name");
    }
  }

  /** Returns a change that makes a table. */
  public static TableChange made(TableName name) {
    return new TableChange(Optional.empty(), Optional.of(name), Optional.empty());
  }

  /** Returns a change that drops a table. */
  public static TableChange dropped(TableName name) {
    return new TableChange(Optional.of(name), Optional.empty(), Optional.empty());
  }

  /** Returns a change that alters a table. */
  public static TableChange altered(TableName name) {
    return new TableChange(Optional.of(name), Optional.of(name), Optional.empty());
  }

  /** Returns a change that renames a table. */
  public static TableChange renamed(TableName from, TableName to) {
    return new TableChange(Optional.of(from), Optional.of(to), Optional.empty());
  }

  /** Returns the name after the change, or that before where the table is gone. */
  public TableName name() {
    return after.or(() -> before).orElseThrow();
  }
}

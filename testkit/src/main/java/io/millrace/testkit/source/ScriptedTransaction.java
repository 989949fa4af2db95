package io.millrace.testkit.source;

import io.millrace.api.TableName;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on a {@link ScriptedSource}; nothing happens before {@link #commit}.
 *
 * <p>Values are those of {@link io.millrace.testkit.event.Rows}, in table order. <i>Threads:</i>
 * one.
 */
public final class ScriptedTransaction {
  private final ScriptedSource source;
  private final List<Function<ScriptedTables, RowChange>> changes = new ArrayList<>();

  ScriptedTransaction(ScriptedSource source) {
    this.source = source;
  }

  /** Inserts a row; columns behind the last value are NULL. */
  public ScriptedTransaction insert(TableName table, @Nullable Object... values) {
    changes.add(tables -> tables.insert(table, values));
    return this;
  }

  /** Gives the row that has the same key these values. */
  public ScriptedTransaction update(TableName table, @Nullable Object... values) {
    changes.add(tables -> tables.update(table, values));
    return this;
  }

  /** Gives a row other values, its key included; works without a key as well. */
  public ScriptedTransaction update(
      TableName table,
      List<? extends @Nullable Object> before,
      List<? extends @Nullable Object> after) {
    changes.add(tables -> tables.update(table, before, after.toArray()));
    return this;
  }

  /** Deletes the row with this key, or, of a table without one, with these values. */
  public ScriptedTransaction delete(TableName table, @Nullable Object... key) {
    changes.add(tables -> tables.delete(table, key));
    return this;
  }

  /**
   * Logs the transaction; what changes nothing is not logged.
   *
   * @return its place in the log
   * @throws IllegalArgumentException if there is no such table or row, or a value does not fit its
   *     column; then nothing is logged, but changes before it count
   */
  public SourcePosition commit() {
    SourcePosition at = source.commit(changes);
    changes.clear();
    return at;
  }
}

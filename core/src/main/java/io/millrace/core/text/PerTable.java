package io.millrace.core.text;

import io.millrace.api.event.TableSchema;
import java.util.IdentityHashMap;
import java.util.function.Function;

/**
 * What an encoder makes once per definition of a table and keeps, for the most recent ones.
 *
 * <p><i>Threads:</i> one.
 */
public final class PerTable<T> {
  private static final int MOST = 4_096;

  private final IdentityHashMap<TableSchema, T> made = new IdentityHashMap<>();
  private final Function<TableSchema, T> maker;

  /** Creates an empty one. */
  public PerTable(Function<TableSchema, T> maker) {
    this.maker = maker;
  }

  /** Returns what belongs to a definition. */
  public T of(TableSchema table) {
    T known = made.get(table);
    if (known == null) {
      if (made.size() >= MOST) {
        made.clear();
      }
      known = maker.apply(table);
      made.put(table, known);
    }
    return known;
  }
}

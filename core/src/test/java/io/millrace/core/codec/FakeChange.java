package io.millrace.core.codec;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.util.Optional;

/** A row change of given images. */
public record FakeChange(TableSchema table, Optional<Row> old, Optional<Row> now)
    implements RowChange {
  /** Returns an insert. */
  public static FakeChange insert(TableSchema table, Row now) {
    return new FakeChange(table, Optional.empty(), Optional.of(now));
  }

  /** Returns an update. */
  public static FakeChange update(TableSchema table, Row old, Row now) {
    return new FakeChange(table, Optional.of(old), Optional.of(now));
  }

  /** Returns a delete. */
  public static FakeChange delete(TableSchema table, Row old) {
    return new FakeChange(table, Optional.of(old), Optional.empty());
  }

  @Override
  public Kind kind() {
    return old.isEmpty() ? Kind.INSERT : now.isEmpty() ? Kind.DELETE : Kind.UPDATE;
  }

  @Override
  public Row before() {
    return old.orElseThrow(IllegalStateException::new);
  }

  @Override
  public Row after() {
    return now.orElseThrow(IllegalStateException::new);
  }

  @Override
  public long bytes() {
    return 100;
  }
}

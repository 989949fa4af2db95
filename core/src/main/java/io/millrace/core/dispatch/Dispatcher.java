package io.millrace.core.dispatch;

import java.util.Locale;
import java.util.Optional;

/** By what a row's partition is chosen. */
enum Dispatcher {
  /** Names of schema and table. */
  TABLE,
  /** The names, and the values of a key. */
  INDEX_VALUE,
  /** The names, and the values of listed columns. */
  COLUMNS,
  /** The commit ts. */
  TS;

  /** Returns the dispatcher of a name in any letter case, or empty. */
  static Optional<Dispatcher> of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "", "default", "table" -> Optional.of(TABLE);
      case "rowid", "index-value" -> Optional.of(INDEX_VALUE);
      case "columns" -> Optional.of(COLUMNS);
      case "ts" -> Optional.of(TS);
      default -> Optional.empty();
    };
  }
}

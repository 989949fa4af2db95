package io.millrace.core.source.mysql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query, as texts.
 *
 * @param names the columns' names
 * @param rows the rows; a NULL is null
 */
record Rows(List<String> names, List<List<@Nullable String>> rows) {
  /** Returns the value of a row's column by name, without regard to letter case; NULL is empty. */
  Optional<String> value(List<@Nullable String> row, String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.ofNullable(row.get(i));
      }
    }
    return Optional.empty();
  }

  /** Returns the first value of the first row; empty where there is none or it is NULL. */
  Optional<String> scalar() {
    if (rows.isEmpty() || rows.get(0).isEmpty()) {
      return Optional.empty();
    }
    @Nullable String value = rows.get(0).get(0);
    return Optional.ofNullable(value);
  }
}

package io.millrace.core.codec.canal;

import io.millrace.api.event.TableSchema;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/** All of a table's messages that its rows do not change, made once per definition. */
final class CanalTable {
  private final TableSchema table;
  private final boolean fullTypes;
  private final byte[] head;
  private final ColumnSet all;
  private final Optional<ColumnSet> handleKey;

  CanalTable(TableSchema table, boolean fullTypes) {
    this.table = table;
    this.fullTypes = fullTypes;
    all = new ColumnSet(Columns.all(table), fullTypes);
    handleKey = table.handleKey().map(key -> new ColumnSet(Columns.of(table, key), fullTypes));
    String keyNames =
        table
            .primaryKey()
            .map(
                key ->
                    key.columns().stream()
                        .sorted()
                        .map(c -> JsonText.string(table.columns().get(c).name()))
                        .collect(Collectors.joining(",", "[", "]")))
            .orElse("null");
    String text =
        "{\"id\":0,\"database\":"
            + JsonText.string(table.name().schema())
            + ",\"table\":"
            + JsonText.string(table.name().table())
            + ",\"pkNames\":"
            + keyNames
            + ",\"isDdl\":false,\"type\":\"";
    head = text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the message from its beginning up to the word of {@code type}. */
  byte[] head() {
    return head;
  }

  ColumnSet all() {
    return all;
  }

  /**
   * Returns the columns of the handle key.
   *
   * @param option the option that needs one, for the error
   */
  ColumnSet handleKey(String option) {
    return handleKey.isPresent()
        ? handleKey.get()
        : new ColumnSet(Columns.ofHandleKey(table, option), fullTypes);
  }
}

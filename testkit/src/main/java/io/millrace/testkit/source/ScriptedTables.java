package io.millrace.testkit.source;

import io.millrace.api.TableName;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.testkit.event.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a scripted upstream and the rows they hold now, by the values of their keys; of a
 * table without a key by all values.
 *
 * <p><i>Threads:</i> one at a time.
 */
final class ScriptedTables {
  private final Map<TableName, TableSchema> listed = new TreeMap<>();
  private final Map<TableName, TableSchema> unlisted = new TreeMap<>();
  private final Map<TableName, Map<List<@Nullable Object>, List<@Nullable Object>>> rows =
      new HashMap<>();

  /** Returns a table with the one column {@code id BIGINT}. */
  static TableSchema plain(TableName table, boolean withKey) {
    return new TableSchema(
        table,
        List.of(Column.builder("id", ColumnType.BIGINT).nullable(false).build()),
        withKey ? List.of(TableSchema.Key.primary(List.of(0))) : List.of());
  }

  List<TableSchema> list() {
    return List.copyOf(listed.values());
  }

  void add(TableSchema table) {
    listed.put(table.name(), table);
  }

  void addUnlisted(TableSchema table) {
    unlisted.put(table.name(), table);
  }

  TableSchema definition(TableName table) {
    TableSchema known = listed.getOrDefault(table, unlisted.get(table));
    if (known == null) {
      throw new IllegalArgumentException("there is no table " + table);
    }
    return known;
  }

  void drop(TableName table) {
    listed.remove(table);
    rows.remove(table);
  }

  void dropSchema(String schema) {
    listed.keySet().removeIf(table -> table.schema().equals(schema));
    rows.keySet().removeIf(table -> table.schema().equals(schema));
  }

  void truncate(TableName table) {
    rows.remove(table);
  }

  void rename(TableName from, TableName to) {
    TableSchema table = definition(from);
    listed.remove(from);
    listed.put(to, new TableSchema(to, table.columns(), table.keys()));
    Map<List<@Nullable Object>, List<@Nullable Object>> moved = rows.remove(from);
    if (moved != null) {
      rows.put(to, moved);
    }
  }

  void addColumn(TableName table, Column column) {
    TableSchema before = definition(table);
    List<Column> columns = new ArrayList<>(before.columns());
    columns.add(column);
    listed.put(table, new TableSchema(table, columns, before.keys()));
  }

  void addPrimaryKey(TableName table) {
    List<Column> columns = definition(table).columns();
    listed.put(
        table, new TableSchema(table, columns, List.of(TableSchema.Key.primary(List.of(0)))));
  }

  /** Returns an added column's default: {@code extra1 BIGINT} and so on. */
  Column extra(TableName table) {
    return Column.builder("extra" + definition(table).columns().size(), ColumnType.BIGINT).build();
  }

  private Map<List<@Nullable Object>, List<@Nullable Object>> rows(TableName table) {
    return rows.computeIfAbsent(table, name -> new LinkedHashMap<>());
  }

  List<Row> rowsOf(TableName table) {
    TableSchema definition = definition(table);
    return rows(table).values().stream()
        .map(values -> Rows.row(definition, values.toArray()))
        .toList();
  }

  private List<@Nullable Object> key(TableSchema table, RowChange of) {
    List<@Nullable Object> key = new ArrayList<>();
    List<Integer> numbers = table.handleKey().map(TableSchema.Key::columns).orElse(List.of());
    for (int i = 0; i < table.columns().size(); i++) {
      if (numbers.isEmpty() || numbers.contains(i)) {
        key.add(of.after().valueAt(i));
      }
    }
    return key;
  }

  RowChange insert(TableName table, @Nullable Object... values) {
    TableSchema definition = definition(table);
    RowChange row = Rows.insert(definition, values);
    rows(table).put(key(definition, row), Arrays.asList(values));
    return row;
  }

  /** Gives the row with the same key other values. */
  RowChange update(TableName table, @Nullable Object... values) {
    TableSchema definition = definition(table);
    return update(table, stored(table, key(definition, Rows.insert(definition, values))), values);
  }

  RowChange update(
      TableName table, List<? extends @Nullable Object> before, @Nullable Object... values) {
    TableSchema definition = definition(table);
    RowChange old = Rows.insert(definition, before.toArray());
    RowChange now = Rows.insert(definition, values);
    rows(table).remove(key(definition, old));
    rows(table).put(key(definition, now), Arrays.asList(values));
    return Rows.update(definition, before, Arrays.asList(values));
  }

  /** Deletes the row with this key, or, of a table without one, with these values. */
  RowChange delete(TableName table, @Nullable Object... key) {
    TableSchema definition = definition(table);
    @Nullable Object[] values = key;
    if (definition.handleKey().isPresent()) {
      values = new @Nullable Object[definition.columns().size()];
      List<Integer> numbers = definition.handleKey().get().columns();
      if (key.length != numbers.size()) {
        throw new IllegalArgumentException(
            "the key of %s has %d columns, not %s"
                .formatted(table, numbers.size(), Arrays.toString(key)));
      }
      for (int i = 0; i < key.length; i++) {
        values[numbers.get(i)] = key[i];
      }
    }
    List<@Nullable Object> at = key(definition, Rows.insert(definition, values));
    List<@Nullable Object> stored = stored(table, at);
    rows(table).remove(at);
    return Rows.delete(definition, stored.toArray());
  }

  private List<@Nullable Object> stored(TableName table, List<@Nullable Object> key) {
    List<@Nullable Object> stored = rows(table).get(key);
    if (stored == null) {
      throw new IllegalArgumentException("table " + table + " has no row " + key);
    }
    return stored;
  }
}

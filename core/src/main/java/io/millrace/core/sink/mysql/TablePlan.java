package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import io.millrace.core.sink.mysql.TargetTable.Target;
import io.millrace.core.sink.mysql.TargetTable.Unique;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How rows of one upstream definition are written to one downstream table. Columns go by name, and
 * are numbered as upstream.
 *
 * <p><i>Threads:</i> immutable; any.
 */
final class TablePlan {
  /** What MariaDB adds to a table with a unique key over a long text, and logs. */
  private static final Pattern HIDDEN = Pattern.compile("DB_ROW_HASH_\\d+");

  private static final Set<String> LABELS = Set.of("enum", "set");

  private final TableSchema schema;
  private final TargetTable target;
  private final int[] written;
  private final int[] handle;
  private final int[] unique;
  private final boolean everyColumnUnique;
  private final String quotedTable;
  private final String columnList;
  private final String[] quotedColumns;
  private final ConflictKeys conflicts;

  TablePlan(TableSchema schema, TargetTable target) {
    this.schema = schema;
    this.target = target;
    this.quotedColumns =
        schema.columns().stream().map(c -> Literals.quotedName(c.name())).toArray(String[]::new);
    this.quotedTable =
        Literals.quotedName(schema.name().schema())
            + "."
            + Literals.quotedName(schema.name().table());
    this.written = writable();
    this.columnList = list(written);
    this.handle = namingColumns();
    this.everyColumnUnique = target.keys().stream().anyMatch(key -> columns(key).isEmpty());
    this.unique =
        target.keys().stream()
            .map(this::columns)
            .flatMap(Optional::stream)
            .flatMap(List::stream)
            .mapToInt(Integer::intValue)
            .distinct()
            .toArray();
    this.conflicts = ConflictKeys.of(this);
  }

  private int[] writable() {
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      String name = schema.columns().get(i).name();
      Optional<Target> found = target.column(name);
      boolean computed =
          schema.columns().get(i).generated() != Column.Generated.NONE
              || HIDDEN.matcher(name).matches();
      if (found.isEmpty() && !computed) {
        throw new CdcException(
            StandardErrorCode.MYSQL_QUERY_ERROR,
            "MySQL query error: the table "
                + schema.name()
                + " has no column "
                + name
                + " downstream, add it there");
      }
      if (found.isPresent() && !found.get().generated()) {
        checkHolds(found.get(), schema.columns().get(i));
        columns.add(i);
      }
    }
    return columns.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Refuses what the server would store as question marks, without an error. */
  private void checkHolds(Target into, Column from) {
    // labels are written by their number
    boolean text = from.labels().isEmpty() && !LABELS.contains(into.type());
    String charset = from.type() == ColumnType.JSON ? "utf8mb4" : from.charset().orElse("");
    String holder = into.collation().map(Charsets::of).orElse("");
    if (text && !Charsets.holds(holder, charset)) {
      throw new CdcException(
          StandardErrorCode.MYSQL_QUERY_ERROR,
          "MySQL query error: the column "
              + from.name()
              + " of the table "
              + schema.name()
              + " is of charset "
              + charset
              + " upstream and of "
              + holder
              + " downstream, which does not hold all characters of it; ALTER the column"
              + " downstream, to utf8mb4 say");
    }
  }

  /** Returns the columns of the key that names a row: as the downstream has its keys. */
  private int[] namingColumns() {
    List<Integer> best = List.of();
    for (Unique key : target.keys()) {
      Optional<List<Integer>> columns = columns(key);
      if (columns.isEmpty() || !columns.get().stream().allMatch(this::alwaysNames)) {
        continue;
      }
      if (key.name().equals("PRIMARY")) {
        return array(columns.get());
      }
      if (best.isEmpty() || columns.get().size() < best.size()) {
        best = columns.get();
      }
    }
    return array(best);
  }

  private boolean alwaysNames(int column) {
    return !target.column(schema.columns().get(column).name()).orElseThrow().nullable();
  }

  private static int[] array(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the upstream columns of a key; empty where equal ones do not mean equal keys. */
  Optional<List<Integer>> columns(Unique key) {
    List<Integer> numbers = new ArrayList<>();
    for (String name : key.columns()) {
      int number = number(name);
      if (number < 0 || target.column(name).orElseThrow().generated()) {
        return Optional.empty();
      }
      numbers.add(number);
    }
    return key.isPlain() ? Optional.of(numbers) : Optional.empty();
  }

  private int number(String name) {
    for (int i = 0; i < schema.columns().size(); i++) {
      if (schema.columns().get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private String list(int[] columns) {
    return Arrays.stream(columns).mapToObj(c -> quotedColumns[c]).collect(Collectors.joining(","));
  }

  TableSchema schema() {
    return schema;
  }

  TargetTable target() {
    return target;
  }

  ConflictKeys conflicts() {
    return conflicts;
  }

  /** Returns the columns that are written, in table order. Not to be changed. */
  int[] written() {
    return written;
  }

  /** Returns the columns that name a row; empty: the table has no key. Not to be changed. */
  int[] handleColumns() {
    return handle;
  }

  boolean hasHandle() {
    return handle.length > 0;
  }

  Column column(int number) {
    return schema.columns().get(number);
  }

  /** Returns {@code `s`.`t`}. */
  String quotedTable() {
    return quotedTable;
  }

  /** Returns the written columns between back quotes, joined by commas. */
  String columnList() {
    return columnList;
  }

  String quotedColumn(int number) {
    return quotedColumns[number];
  }

  /** Returns the names of the key's columns, for messages. */
  String keyNames() {
    return handle.length == 0
        ? "none"
        : Arrays.stream(handle)
            .mapToObj(c -> schema.columns().get(c).name())
            .collect(Collectors.joining(","));
  }

  /** Returns whether an image has all written columns, alone or with another one's help. */
  boolean isComplete(Row image, Row help) {
    for (int column : written) {
      if (!image.isPresent(column) && !help.isPresent(column)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether two images of one row differ in what unique keys are made of. */
  boolean movesKeys(Row before, Row after, RowKey.Maker keys) {
    return everyColumnUnique || !keys.same(this, unique, before, after);
  }
}

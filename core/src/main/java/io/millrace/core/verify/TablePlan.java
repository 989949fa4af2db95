package io.millrace.core.verify;

import io.millrace.api.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a table is compared, and the queries for it.
 *
 * @param table the table
 * @param all the columns both sides have, in the upstream's order
 * @param columns the columns both sides have, but those of {@code json}
 * @param json the columns whose values are compared as documents
 * @param key the columns of the key along which it is read; empty: it has none that serves
 */
record TablePlan(
    TableName table,
    List<ColumnPair> all,
    List<ColumnPair> columns,
    List<ColumnPair> json,
    List<ColumnPair> key) {
  /** Copies the lists. */
  TablePlan {
    all = List.copyOf(all);
    columns = List.copyOf(columns);
    json = List.copyOf(json);
    key = List.copyOf(key);
  }

  /**
   * Rows between two keys.
   *
   * @param after the key before the first; empty: from the beginning
   * @param upTo the last key; empty: to the end
   */
  record Range(Optional<List<String>> after, Optional<List<String>> upTo) {}

  /** Returns the plan for a table of two definitions. */
  static TablePlan of(TableName table, Shape upstream, Shape downstream, boolean sameKind) {
    List<ColumnPair> pairs = new ArrayList<>();
    for (Shape.Column column : upstream.columns()) {
      downstream
          .column(column.name())
          .ifPresent(other -> pairs.add(new ColumnPair(column, other, sameKind)));
    }
    return new TablePlan(
        table,
        pairs,
        pairs.stream().filter(pair -> !pair.isJson()).toList(),
        pairs.stream().filter(ColumnPair::isJson).toList(),
        upstream.keys().stream()
            .map(names -> pairs(names, pairs))
            .filter(key -> !key.isEmpty())
            .findFirst()
            .orElse(List.of()));
  }

  /** Returns a key's columns, or nothing if one of them does not serve. */
  private static List<ColumnPair> pairs(List<String> names, List<ColumnPair> all) {
    List<ColumnPair> key =
        names.stream()
            .flatMap(name -> all.stream().filter(each -> each.name().equals(name)))
            .filter(ColumnPair::isOrdered)
            .toList();
    return key.size() == names.size() ? key : List.of();
  }

  /** Returns some of the columns' names in the upstream's order. */
  List<String> ordered(Collection<String> names) {
    return all.stream().map(ColumnPair::name).filter(names::contains).toList();
  }

  private String from() {
    return " FROM " + Shape.quoted(table.schema()) + "." + Shape.quoted(table.table());
  }

  /** Returns whether equal sums, documents included, mean equal rows. */
  boolean isSummable() {
    return json.stream().allMatch(ColumnPair::isWrittenAlike);
  }

  private static String digest(boolean up, Stream<ColumnPair> columns) {
    return columns
        .map(each -> "," + each.digest(up))
        .collect(Collectors.joining("", "MD5(CONCAT_WS(',',''", "))"));
  }

  private String order(boolean up) {
    return key.stream().map(each -> each.order(up)).collect(Collectors.joining(","));
  }

  /**
   * Returns the query for how many rows there are, and the sum of their digests.
   *
   * @param documents whether the texts of documents count, where they are written alike
   */
  String sum(boolean up, Range range, boolean documents) {
    Stream<ColumnPair> alike =
        documents ? json.stream().filter(ColumnPair::isWrittenAlike) : Stream.empty();
    return "SELECT COUNT(*),COALESCE(SUM(CAST(CONV(LEFT("
        + digest(up, Stream.concat(columns.stream(), alike))
        + ",16),16,10) AS UNSIGNED)),0)"
        + from()
        + where(up, range);
  }

  /** Returns the query for the key of the n-th row, from 1 on. */
  String keyAt(boolean up, Range range, int n) {
    return "SELECT "
        + keyTexts(up)
        + from()
        + where(up, range)
        + " ORDER BY "
        + order(up)
        + " LIMIT "
        + (n - 1)
        + ",1";
  }

  private String keyTexts(boolean up) {
    return key.stream().map(each -> each.keyText(up)).collect(Collectors.joining(","));
  }

  /** Returns the query for each row's key, digest and documents, in key order. */
  String rows(boolean up, Range range) {
    return "SELECT "
        + keyTexts(up)
        + ","
        + digest(up, columns.stream())
        + json.stream().map(each -> "," + each.plain(up)).collect(Collectors.joining())
        + from()
        + where(up, range)
        + " ORDER BY "
        + order(up);
  }

  /** Returns the query for a digest of each column of one row. */
  String values(boolean up, List<String> row) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      parts.add(compared(up, i, "=", row));
    }
    return "SELECT "
        + columns.stream().map(each -> each.digest(up)).collect(Collectors.joining(","))
        + from()
        + " WHERE "
        + String.join(" AND ", parts);
  }

  private String where(boolean up, Range range) {
    List<String> parts = new ArrayList<>();
    range.after().ifPresent(it -> parts.add(beyond(up, 0, ">", "", it)));
    range.upTo().ifPresent(it -> parts.add(beyond(up, 0, "<", "=", it)));
    return parts.isEmpty() ? "" : " WHERE " + String.join(" AND ", parts);
  }

  /** Compares columns of the key from one on; written so that the servers can use an index. */
  private String beyond(boolean up, int from, String sign, String orEqual, List<String> bound) {
    if (from == key.size() - 1) {
      return compared(up, from, sign + orEqual, bound);
    }
    return "("
        + compared(up, from, sign + "=", bound)
        + " AND ("
        + compared(up, from, sign, bound)
        + " OR "
        + beyond(up, from + 1, sign, orEqual, bound)
        + "))";
  }

  private String compared(boolean up, int column, String sign, List<String> values) {
    ColumnPair pair = key.get(column);
    return pair.order(up) + sign + pair.literal(values.get(column));
  }
}

package io.millrace.core.verify;

import static io.millrace.core.verify.Side.text;

import io.millrace.api.TableName;
import io.millrace.api.changefeed.Difference;
import io.millrace.api.changefeed.Difference.Kind;
import io.millrace.core.verify.TablePlan.Range;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares one table, a chunk of rows at each step.
 *
 * <p><i>Threads:</i> one.
 */
final class TableComparison {
  private static final int CHUNK = 5_000;

  /** Documents come here as they are. */
  private static final int CHUNK_OF_DOCUMENTS = 200;

  /** Each chunk reads the whole table. */
  private static final int CHUNK_WITHOUT_INDEX = 50_000;

  private static final Set<String> WITH_SNAPSHOTS =
      Set.of("innodb", "rocksdb", "tokudb", "ndbcluster");

  private final Side upstream;
  private final Side downstream;
  private final TableName table;
  private final Findings findings;
  private @Nullable TablePlan plan;
  private Optional<List<String>> reached = Optional.empty();

  TableComparison(Side upstream, Side downstream, TableName table, Findings findings) {
    this.upstream = upstream;
    this.downstream = downstream;
    this.table = table;
    this.findings = findings;
  }

  /** Compares the next chunk; true: the table is done. */
  boolean step() throws SQLException {
    TablePlan known = plan;
    if (known == null) {
      Optional<TablePlan> made = plan();
      plan = made.orElse(null);
      return made.isEmpty();
    }
    if (known.key().isEmpty()) {
      whole(known);
      return true;
    }
    return chunk(known);
  }

  private Optional<TablePlan> plan() throws SQLException {
    Optional<Shape> one = Shape.read(upstream, table);
    Optional<Shape> other = Shape.read(downstream, table);
    if (one.isEmpty()) {
      findings.leaveOut(table, "it is no longer there upstream");
      return Optional.empty();
    }
    if (other.isEmpty()) {
      difference(Kind.TABLE_MISSING, Map.of(), List.of());
      return Optional.empty();
    }
    if (!hasSnapshots(one.get(), "upstream") || !hasSnapshots(other.get(), "downstream")) {
      return Optional.empty();
    }
    boolean sameKind = upstream.kind().equals(downstream.kind());
    TablePlan made = TablePlan.of(table, one.get(), other.get(), sameKind);
    List<String> missing =
        one.get().columns().stream()
            .map(Shape.Column::name)
            .filter(name -> other.get().column(name).isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      difference(Kind.COLUMNS_MISSING, Map.of(), missing);
    }
    return Optional.of(made);
  }

  private boolean hasSnapshots(Shape shape, String where) {
    boolean has = WITH_SNAPSHOTS.contains(shape.engine().toLowerCase(Locale.ROOT));
    if (!has) {
      findings.leaveOut(
          table, "its engine " + shape.engine() + " " + where + " has no consistent snapshots");
    }
    return has;
  }

  private void difference(Kind kind, Map<String, String> key, List<String> columns) {
    findings.add(new Difference(kind, table, key, columns));
  }

  private void whole(TablePlan known) throws SQLException {
    Range all = new Range(Optional.empty(), Optional.empty());
    Sums sums = sums(known, all, true);
    findings.compared(sums.rows());
    if (sums.areEqual() && known.isSummable()) {
      return;
    }
    if (!sums(known, all, false).areEqual()) {
      difference(Kind.ROWS_DIFFERENT, Map.of(), List.of());
    } else {
      findings.leaveOut(
          table,
          "its JSON columns cannot be compared: it has no key, and the texts of JSON differ: "
              + known.json().stream().map(ColumnPair::name).collect(Collectors.joining(", ")));
    }
  }

  /** How many rows a range has and the sum of their digests, on either side. */
  private record Sums(List<@Nullable String> upstream, List<@Nullable String> downstream) {
    boolean areEqual() {
      return upstream.equals(downstream);
    }

    long rows() {
      return Long.parseLong(text(upstream, 0));
    }

    long rowsDownstream() {
      return Long.parseLong(text(downstream, 0));
    }
  }

  private Sums sums(TablePlan known, Range range, boolean documents) throws SQLException {
    return new Sums(
        upstream.query(known.sum(true, range, documents)).get(0),
        downstream.query(known.sum(false, range, documents)).get(0));
  }

  private boolean chunk(TablePlan known) throws SQLException {
    int size = size(known);
    Range range =
        new Range(reached, keyAt(known, true, new Range(reached, Optional.empty()), size));
    Sums sums = sums(known, range, true);
    if (sums.rowsDownstream() > size) {
      // more rows downstream than can be looked at together
      range = new Range(reached, keyAt(known, false, range, size));
      sums = sums(known, range, true);
    }
    findings.compared(sums.rows());
    if (!sums.areEqual() || !known.isSummable()) {
      rows(known, range);
    }
    reached = range.upTo();
    return reached.isEmpty();
  }

  private static int size(TablePlan plan) {
    if (!plan.key().stream().allMatch(ColumnPair::isOrderedAlike)) {
      return CHUNK_WITHOUT_INDEX;
    }
    return plan.json().isEmpty() ? CHUNK : CHUNK_OF_DOCUMENTS;
  }

  private Optional<List<String>> keyAt(TablePlan known, boolean up, Range range, int n)
      throws SQLException {
    return (up ? upstream : downstream)
        .query(known.keyAt(up, range, n)).stream().findFirst().map(row -> key(known, row));
  }

  private static List<String> key(TablePlan known, List<@Nullable String> row) {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < known.key().size(); i++) {
      key.add(text(row, i));
    }
    return key;
  }

  private void rows(TablePlan known, Range range) throws SQLException {
    Map<List<String>, List<@Nullable String>> ours = new LinkedHashMap<>();
    for (List<@Nullable String> row : upstream.query(known.rows(true, range))) {
      ours.put(key(known, row), row);
    }
    for (List<@Nullable String> row : downstream.query(known.rows(false, range))) {
      List<String> key = key(known, row);
      List<@Nullable String> wanted = ours.remove(key);
      if (wanted == null) {
        difference(Kind.ROW_EXTRA, named(known, key), List.of());
      } else {
        compare(known, key, wanted, row);
      }
    }
    for (List<String> key : ours.keySet()) {
      difference(Kind.ROW_MISSING, named(known, key), List.of());
    }
  }

  private static Map<String, String> named(TablePlan known, List<String> key) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < key.size(); i++) {
      named.put(known.key().get(i).name(), key.get(i));
    }
    return named;
  }

  private void compare(
      TablePlan known,
      List<String> key,
      List<@Nullable String> wanted,
      List<@Nullable String> found)
      throws SQLException {
    int digest = key.size();
    boolean plain = text(wanted, digest).equals(text(found, digest));
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < known.json().size(); i++) {
      int at = digest + 1 + i;
      if (!Documents.areEqual(wanted.get(at), found.get(at))) {
        columns.add(known.json().get(i).name());
      }
    }
    if (plain && columns.isEmpty()) {
      return;
    }
    if (!plain && findings.hasRoom()) {
      columns.addAll(differing(known, key));
    }
    difference(Kind.ROW_DIFFERENT, named(known, key), known.ordered(columns));
  }

  private List<String> differing(TablePlan known, List<String> key) throws SQLException {
    List<String> columns = new ArrayList<>();
    List<List<@Nullable String>> ours = upstream.query(known.values(true, key));
    List<List<@Nullable String>> theirs = downstream.query(known.values(false, key));
    for (int i = 0; !ours.isEmpty() && !theirs.isEmpty() && i < known.columns().size(); i++) {
      if (!text(ours.get(0), i).equals(text(theirs.get(0), i))) {
        columns.add(known.columns().get(i).name());
      }
    }
    return columns;
  }
}

package io.millrace.core.sink.mysql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the statements of a batch.
 *
 * <p><i>Threads:</i> one.
 */
final class Composer {
  private static final int STATEMENT_BYTES = 1 << 18;

  private final MySqlOptions options;
  private final Script script = new Script();
  private final RowKey.Maker keys = new RowKey.Maker();
  private @Nullable Statements statements;

  Composer(MySqlOptions options) {
    this.options = options;
  }

  /**
   * Returns the statements; they are valid until the next call.
   *
   * @param mayRepeat whether the batch may have been written before
   */
  Script compose(List<Unit> batch, ServerKind kind, boolean mayRepeat) {
    boolean replace = options.safeMode() || mayRepeat;
    Statements to = statements;
    if (to == null) {
      to = new Statements(script, kind, options.maxTxnRows(), STATEMENT_BYTES);
      statements = to;
    }
    script.clear();
    Map<TablePlan, Changes> tables = new LinkedHashMap<>();
    for (Unit unit : batch) {
      tables
          .computeIfAbsent(
              unit.plan(), plan -> new Changes(plan, keys, options.batchRows(), replace))
          .add(unit);
    }
    for (Changes each : tables.values()) {
      each.write(to);
    }
    return script;
  }
}

package io.millrace.core.owner;

import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.meta.SchemaRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a schema change does to a changefeed's tables: a pure function of those tables, the filter
 * and the change. Applying it to its own result changes nothing more.
 *
 * <p><i>Threads:</i> one.
 */
final class Consequences {
  private final ChangefeedFilter filter;
  private final Map<TableName, SchemaRecord> tables = new HashMap<>();
  private final Map<TableId, SchemaRecord> before = new LinkedHashMap<>();
  private long nextTable;

  /**
   * Creates the consequences of nothing.
   *
   * @param tables the changefeed's tables
   * @param nextTable the id of the next table
   */
  Consequences(ChangefeedFilter filter, Collection<SchemaRecord> tables, long nextTable) {
    this.filter = filter;
    this.nextTable = nextTable;
    for (SchemaRecord table : tables) {
      before.put(table.id(), table);
      this.tables.put(table.name(), table);
    }
  }

  /** Follows a change. */
  Consequences of(SchemaChange change) {
    switch (change.type()) {
      case DROP_SCHEMA -> tables.keySet().removeIf(name -> name.schema().equals(change.schema()));
      case TRUNCATE_TABLE, CREATE_VIEW, DROP_VIEW, CREATE_SCHEMA -> {}
      default -> {
        List<TableChange> parts = filter.concerned(change);
        parts.forEach(part -> follow(part, change.position()));
        // a name between the first and the last one of a table need not pass
        parts.stream()
            .map(TableChange::name)
            .filter(name -> !filter.matches(name))
            .forEach(tables::remove);
      }
    }
    return this;
  }

  private void follow(TableChange change, SourcePosition at) {
    TableName after = change.after().orElse(null);
    if (after == null) {
      tables.remove(change.name());
      return;
    }
    TableName from = change.before().orElse(after);
    SchemaRecord known = tables.remove(from);
    if (known == null) {
      known = tables.remove(after);
    }
    if (known == null && (!filter.matches(after) || isIneligible(change))) {
      return;
    }
    TableId id = known == null ? new TableId(nextTable++) : known.id();
    tables.put(after, new SchemaRecord(id, after, change.schema(), at));
  }

  /** Returns whether a table has no key that it would need; one that lost its key stays. */
  private boolean isIneligible(TableChange change) {
    return change.schema().map(table -> !filter.isEligible(table)).orElse(false);
  }

  /** Returns the records that are new or changed, by id. */
  Map<TableId, SchemaRecord> written() {
    Map<TableId, SchemaRecord> written = new TreeMap<>();
    for (SchemaRecord table : tables.values()) {
      if (!table.equals(before.get(table.id()))) {
        written.put(table.id(), table);
      }
    }
    return written;
  }

  /** Returns the tables that are new. */
  Set<TableId> made() {
    Set<TableId> made = new HashSet<>(written().keySet());
    made.removeAll(before.keySet());
    return made;
  }

  /** Returns the tables that are there afterwards. */
  Set<TableId> there() {
    Set<TableId> there = new HashSet<>();
    tables.values().forEach(table -> there.add(table.id()));
    return there;
  }

  /** Returns the tables that are gone. */
  Set<TableId> gone() {
    Set<TableId> gone = new HashSet<>(before.keySet());
    tables.values().forEach(table -> gone.remove(table.id()));
    return gone;
  }

  /** Returns the tables that have another name than before. */
  Set<TableId> renamed() {
    Set<TableId> renamed = new HashSet<>();
    for (SchemaRecord table : tables.values()) {
      SchemaRecord old = before.get(table.id());
      if (old != null && !old.name().equals(table.name())) {
        renamed.add(table.id());
      }
    }
    return renamed;
  }

  /** Returns the id of the next table. */
  long nextTable() {
    return nextTable;
  }
}

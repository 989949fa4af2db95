package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.ddl.Statement;
import io.millrace.core.source.mysql.row.TableMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a stream knows of its tables at the place it reads: which are wanted, which the engine has
 * been told of, and their definitions where the log does not tell them.
 *
 * <p><i>Threads:</i> one.
 */
final class TableBook {
  private static final Set<String> SYSTEM =
      Set.of("mysql", "sys", "information_schema", "performance_schema");

  private final Predicate<TableName> wanted;
  private final Definitions definitions;
  private final boolean fromServer;
  private final Map<TableName, Entry> tables = new HashMap<>();

  /** A table's definition, and the end of the log after asking. */
  record Definition(TableSchema schema, SourcePosition asOf) {}

  /** Asks the server for what the log does not tell. */
  interface Definitions {
    /** Returns a table's definition as it is now, with the end of the log after asking. */
    Optional<Definition> now(TableName table);

    /**
     * Returns where a table is first changed between two places of the log.
     *
     * @param from inclusive, the reader's place
     * @param to exclusive
     */
    Optional<SourcePosition> firstChange(TableName table, LogPlace from, SourcePosition to);
  }

  /**
   * Creates a book.
   *
   * @param options the tables wanted and known
   * @param definitions asks the server
   * @param fromServer whether a table whose log has no column names may be looked up there
   */
  TableBook(StreamOptions options, Definitions definitions, boolean fromServer) {
    this.wanted = options.tables();
    this.definitions = definitions;
    this.fromServer = fromServer;
    options
        .known()
        .forEach(
            (name, known) ->
                tables.put(name, new Entry(known.schema().orElse(null), known.asOf(), true)));
  }

  /** Returns whether a schema is the system's. */
  static boolean isSystem(String schema) {
    return SYSTEM.contains(schema.toLowerCase(java.util.Locale.ROOT));
  }

  /** Returns whether rows of a table are wanted. */
  boolean isWanted(TableName name) {
    return !isSystem(name.schema()) && wanted.test(name);
  }

  /** Returns whether the engine has not been told of a table. */
  boolean isNew(TableName name) {
    Entry entry = tables.get(name);
    return entry == null || !entry.told;
  }

  /** Notes that the engine has been told of a table. */
  void told(TableName name, TableSchema schema, SourcePosition at) {
    tables.computeIfAbsent(name, n -> new Entry(schema, at, true)).told = true;
  }

  /**
   * Returns a table map with all that is known of its table's definition.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_SCHEMA_UNKNOWN} if the log does not tell
   *     the definition and it cannot be had for certain otherwise
   */
  TableMap bind(TableMap map, LogPlace at, String server) {
    if (map.describesItself()) {
      return enrich(map);
    }
    if (!fromServer) {
      throw unknown(
          map.name(),
          at,
          "the log does not name its columns; run SET GLOBAL binlog_row_metadata=FULL, or put"
              + " schema=information_schema into the upstream URI and start at now");
    }
    SourcePosition here = at.position(server, 0);
    Entry entry = tables.get(map.name());
    if (entry == null || (entry.schema == null && entry.changed == null)) {
      entry = fetch(map.name(), at, entry != null && entry.told);
      tables.put(map.name(), entry);
    }
    verify(map.name(), entry, at, here);
    TableSchema schema = entry.schema;
    if (schema == null) {
      throw unknown(map.name(), at, "it is not known");
    }
    return map.withSchema(schema);
  }

  private TableMap enrich(TableMap map) {
    Entry entry = tables.get(map.name());
    if (entry != null && entry.schema != null) {
      return map.enriched(entry.schema);
    }
    return definitions.now(map.name()).map(now -> map.enriched(now.schema())).orElse(map);
  }

  private Entry fetch(TableName name, LogPlace at, boolean told) {
    Definition now =
        definitions
            .now(name)
            .orElseThrow(() -> unknown(name, at, "the server no longer has the table"));
    return new Entry(now.schema(), now.asOf(), told);
  }

  private void verify(TableName name, Entry entry, LogPlace at, SourcePosition here) {
    if (entry.changed != null) {
      throw unknown(
          name, at, "a schema change at " + entry.changed + " came after it was last known");
    }
    SourcePosition asOf = entry.asOf;
    if (entry.verified || asOf == null || !here.isBefore(asOf)) {
      return;
    }
    Optional<SourcePosition> change = definitions.firstChange(name, at, asOf);
    if (change.isPresent()) {
      throw unknown(
          name, at, "a schema change at " + change.get() + " stands between the row and it");
    }
    entry.verified = true;
  }

  private static CdcException unknown(TableName name, LogPlace at, String why) {
    return new CdcException(
        StandardErrorCode.SOURCE_SCHEMA_UNKNOWN,
        "the definition of table " + name + " at " + at + " is not certain: " + why);
  }

  /** Follows a schema change at a place. */
  void apply(Statement.Ddl ddl, SourcePosition at) {
    switch (ddl.type()) {
      case TRUNCATE_TABLE, CREATE_VIEW, DROP_VIEW -> {}
      case DROP_SCHEMA -> tables.keySet().removeIf(name -> name.schema().equals(ddl.schema()));
      default -> ddl.tables().forEach(change -> apply(change, at));
    }
  }

  private void apply(TableChange change, SourcePosition at) {
    TableName before = change.before().orElse(null);
    TableName after = change.after().orElse(null);
    if (after == null) {
      tables.remove(change.name());
    } else if (after.equals(before)) {
      alter(after, at);
    } else {
      if (before != null) {
        tables.remove(before);
      }
      create(after, at);
    }
  }

  private void alter(TableName name, SourcePosition at) {
    Entry entry = tables.get(name);
    if (entry == null) {
      tables.put(name, new Entry(null, null, true));
      return;
    }
    entry.told = true;
    if (!entry.isLaterThan(at)) {
      entry.schema = null;
      entry.changed = at;
    }
  }

  private void create(TableName name, SourcePosition at) {
    Entry entry = tables.get(name);
    if (entry == null || !entry.isLaterThan(at)) {
      tables.put(name, new Entry(null, null, true));
    } else {
      entry.told = true;
    }
  }

  /** What is known of one table. */
  private static final class Entry {
    private @Nullable TableSchema schema;
    private final @Nullable SourcePosition asOf;
    private @Nullable SourcePosition changed;
    private boolean verified;
    private boolean told;

    Entry(@Nullable TableSchema schema, @Nullable SourcePosition asOf, boolean told) {
      this.schema = schema;
      this.asOf = asOf;
      this.told = told;
    }

    /** Returns whether the definition was taken at or behind a place. */
    boolean isLaterThan(SourcePosition at) {
      return asOf != null && schema != null && at.isBefore(asOf);
    }
  }
}

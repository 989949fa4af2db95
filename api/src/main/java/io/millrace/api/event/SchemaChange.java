package io.millrace.api.event;

import io.millrace.api.Tso;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A schema change, at the place of the log where it happened. It travels in the same stream as the
 * rows.
 *
 * @param position the start of the change's transaction, with the source's detail; a second change
 *     in one transaction has the next ordinal. Rows of the same transaction (CREATE ... SELECT)
 *     follow it
 * @param startTs when it began; for a MySQL upstream the commit ts
 * @param commitTs its label
 * @param type what it does
 * @param schema the database that was current; for a change of a database that database; may be
 *     empty
 * @param query the statement's text; empty for {@link DdlType#ADOPT_TABLE}
 * @param tables the tables concerned, in the statement's order; empty where it concerns a database
 *     or none
 * @param sqlMode the names of those settings of {@code sql_mode} that the statement ran under and
 *     on which it depends what its text means, such as {@code ANSI_QUOTES}; empty where none was
 *     set or the upstream has none
 * @param ranAt what {@code NOW()} gave in the statement, to the microsecond where the upstream
 *     tells it; empty where it does not
 * @param timeZone the {@code time_zone} of the upstream's session, a name or an offset, where the
 *     statement depends on it; empty where it does not, or the session had the server's own
 * @param collations what the upstream's session had for what the text leaves open: names of
 *     collations by the variable of MySQL, {@code collation_server} first of all; empty where the
 *     upstream does not tell
 */
public record SchemaChange(
    SourcePosition position,
    Tso startTs,
    Tso commitTs,
    DdlType type,
    String schema,
    String query,
    List<TableChange> tables,
    List<String> sqlMode,
    Optional<Instant> ranAt,
    Optional<String> timeZone,
    Map<String, String> collations)
    implements ChangeEvent {
  /** Copies the lists and the map. */
  public SchemaChange {
    tables = List.copyOf(tables);
    sqlMode = List.copyOf(sqlMode);
    collations = Map.copyOf(collations);
  }

  /** A change of which it is not known under which settings and when it ran. */
  public SchemaChange(
      SourcePosition position,
      Tso startTs,
      Tso commitTs,
      DdlType type,
      String schema,
      String query,
      List<TableChange> tables) {
    this(
        position,
        startTs,
        commitTs,
        type,
        schema,
        query,
        tables,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }
}

package io.millrace.api.event;

import io.millrace.api.Tso;
import java.util.List;

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
 */
public record SchemaChange(
    SourcePosition position,
    Tso startTs,
    Tso commitTs,
    DdlType type,
    String schema,
    String query,
    List<TableChange> tables)
    implements ChangeEvent {
  /** Copies the list. */
  public SchemaChange {
    tables = List.copyOf(tables);
  }
}

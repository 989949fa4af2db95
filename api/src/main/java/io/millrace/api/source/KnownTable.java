package io.millrace.api.source;

import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import java.util.Optional;

/**
 * A table that a changefeed already replicates.
 *
 * @param schema its definition, where that is known
 * @param asOf the place of the log at which that held
 */
public record KnownTable(Optional<TableSchema> schema, SourcePosition asOf) {
  /** Creates a table whose definition is known. */
  public KnownTable(TableSchema schema, SourcePosition asOf) {
    this(Optional.of(schema), asOf);
  }
}

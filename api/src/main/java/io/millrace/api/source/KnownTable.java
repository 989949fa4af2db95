package io.millrace.api.source;

import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;

/**
 * A table that a changefeed already replicates.
 *
 * @param schema its definition
 * @param asOf the place of the log at which the definition held
 */
public record KnownTable(TableSchema schema, SourcePosition asOf) {}

package io.millrace.core.meta;

import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import java.util.Optional;

/**
 * One table of a changefeed at its checkpoint. Written by the owner only.
 *
 * @param id the owner's number of the table
 * @param name its name
 * @param schema its definition, where it is known
 * @param asOf the place of the log at which that held
 */
public record SchemaRecord(
    TableId id, TableName name, Optional<TableSchema> schema, SourcePosition asOf) {}

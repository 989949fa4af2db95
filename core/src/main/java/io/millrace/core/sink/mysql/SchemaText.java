package io.millrace.core.sink.mysql;

import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import java.util.regex.Pattern;

/**
 * The text of a schema change as the downstream takes it.
 *
 * <p><i>Source:</i> MySQL sink specification, 7.
 */
final class SchemaText {
  private static final Pattern VECTOR =
      Pattern.compile("\\bVECTOR\\b(?:\\s*\\(\\s*\\d+\\s*\\))?", Pattern.CASE_INSENSITIVE);

  /** How MySQL logs CREATE TABLE ... SELECT: the rows follow. */
  private static final Pattern START_TRANSACTION =
      Pattern.compile("\\s+START\\s+TRANSACTION\\s*$", Pattern.CASE_INSENSITIVE);

  private SchemaText() {}

  /** Returns the statement. */
  static String of(SchemaChange change, boolean vectorType) {
    String text = change.query();
    if (change.type() == DdlType.CREATE_TABLE) {
      text = START_TRANSACTION.matcher(text).replaceFirst("");
    }
    return vectorType ? withoutVectors(text) : text;
  }

  /** Returns a text with LONGTEXT for VECTOR columns. */
  static String withoutVectors(String text) {
    return VECTOR.matcher(text).replaceAll("LONGTEXT");
  }

  /** Returns whether the current schema is to be set before a statement. */
  static boolean needsSchema(DdlType type, String schema) {
    return !schema.isEmpty() && type != DdlType.CREATE_SCHEMA && type != DdlType.DROP_SCHEMA;
  }
}

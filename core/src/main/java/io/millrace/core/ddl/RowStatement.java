package io.millrace.core.ddl;

import io.millrace.api.TableName;
import java.util.List;
import java.util.Optional;

/** Reads statements that change rows, as far as to the table they change. */
final class RowStatement {
  private RowStatement() {}

  /** Returns the statement whose verb was read. */
  static Optional<Statement> read(Tokens tokens, String verb) {
    if (verb.equals("LOAD")) {
      return load(tokens);
    }
    boolean more = true;
    while (more) {
      more = tokens.takesAny("LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE");
    }
    Optional<TableName> table =
        switch (verb) {
          case "UPDATE" -> alone(tokens, "SET");
          case "DELETE" -> tokens.takes("FROM") ? alone(tokens, "WHERE") : Optional.empty();
          default -> {
            tokens.takes("INTO");
            yield tokens.tableName();
          }
        };
    return rows(verb, table);
  }

  /** Returns a table that no other is joined to, behind which this word or the end comes. */
  private static Optional<TableName> alone(Tokens tokens, String behind) {
    Optional<TableName> table = tokens.tableName();
    if (tokens.takes("PARTITION")) {
      tokens.skipGroup();
    }
    if (!atEndOfTable(tokens, behind)) {
      tokens.takes("AS");
      tokens.identifier();
    }
    return atEndOfTable(tokens, behind) ? table : Optional.empty();
  }

  private static boolean atEndOfTable(Tokens tokens, String behind) {
    return tokens.atEnd() || tokens.seesAny(behind, "ORDER", "LIMIT", "RETURNING");
  }

  private static Optional<Statement> load(Tokens tokens) {
    if (tokens.sees("INDEX")) {
      return Optional.of(new Statement.Irrelevant("LOAD"));
    }
    if (!tokens.takesAny("DATA", "XML")) {
      return Optional.empty();
    }
    while (!tokens.atEnd() && !tokens.takes("INTO", "TABLE")) {
      tokens.skip();
    }
    return rows("LOAD", tokens.tableName());
  }

  private static Optional<Statement> rows(String verb, Optional<TableName> table) {
    return Optional.of(new Statement.Rows(verb, table.map(List::of).orElse(List.of())));
  }
}

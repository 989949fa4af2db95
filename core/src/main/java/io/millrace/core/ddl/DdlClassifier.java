package io.millrace.core.ddl;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.TableChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells what a statement of a binary log is. It never throws: text it cannot make sense of is
 * {@link Statement.Unknown}.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> the statements of MySQL 8.0 and 8.4 and MariaDB 10.6 to
 * 11.4, as they write them to their logs.
 */
public final class DdlClassifier {
  /** The bit of {@code sql_mode} under which double quotes quote names. */
  public static final long ANSI_QUOTES = 1L << 2;

  /** The bit of {@code sql_mode} under which a backslash is an ordinary character. */
  public static final long NO_BACKSLASH_ESCAPES = 1L << 20;

  private static final Statement BEGIN = step(Statement.Step.BEGIN);
  private static final Statement COMMIT = step(Statement.Step.COMMIT);

  private DdlClassifier() {}

  /** Returns what a statement is, under the usual {@code sql_mode}. */
  public static Statement classify(String sql, String currentSchema) {
    return classify(sql, currentSchema, 0);
  }

  /**
   * Returns what a statement is.
   *
   * @param sql the text; what stands behind a semicolon is not looked at
   * @param currentSchema the database for names without one; may be empty
   * @param sqlMode the bits of {@code sql_mode} that the statement was logged with
   */
  public static Statement classify(String sql, String currentSchema, long sqlMode) {
    if (sql.equals("BEGIN")) {
      return BEGIN;
    }
    if (sql.equals("COMMIT")) {
      return COMMIT;
    }
    Tokens tokens =
        new Tokens(
            sql,
            currentSchema,
            (sqlMode & NO_BACKSLASH_ESCAPES) == 0,
            (sqlMode & ANSI_QUOTES) != 0);
    skipSettings(tokens);
    int start = tokens.place();
    return statement(tokens).orElseGet(() -> unknown(tokens, start));
  }

  /** MariaDB logs the settings a statement was given along with it: SET STATEMENT a=b FOR ... */
  private static void skipSettings(Tokens tokens) {
    while (tokens.takes("SET", "STATEMENT")) {
      while (!tokens.atEnd() && !tokens.takes("FOR")) {
        tokens.skipGroup();
      }
    }
  }

  private static Statement unknown(Tokens tokens, int start) {
    tokens.moveTo(start);
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < 3 && tokens.kind(0) == Tokens.Kind.WORD; i++) {
      String word = tokens.upper();
      words.append(i == 0 ? "" : " ").append(word, 0, Math.min(word.length(), 40));
      tokens.skip();
    }
    return new Statement.Unknown(words.toString());
  }

  /** Returns the statement, or empty if it cannot be made out. */
  private static Optional<Statement> statement(Tokens tokens) {
    if (tokens.atEnd()) {
      return irrelevant("");
    }
    if (tokens.kind(0) != Tokens.Kind.WORD) {
      return tokens.seesSymbol('(') ? Optional.of(rows("SELECT")) : Optional.empty();
    }
    String verb = tokens.upper();
    tokens.skip();
    return switch (verb) {
      case "CREATE" -> create(tokens);
      case "ALTER" -> alter(tokens);
      case "DROP" -> drop(tokens);
      case "RENAME" -> rename(tokens);
      case "TRUNCATE" -> truncate(tokens);
      case "INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD" -> RowStatement.read(tokens, verb);
      case "WITH", "SELECT", "CALL", "DO", "VALUES", "TABLE" -> Optional.of(rows(verb));
      case "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA" ->
          TransactionStatement.read(tokens, verb);
      case "ANALYZE", "BACKUP", "BINLOG", "CACHE", "CHANGE", "CHECK", "CHECKSUM", "CLONE" ->
          irrelevant(verb);
      case "DEALLOCATE", "DESC", "DESCRIBE", "EXECUTE", "EXPLAIN", "FLUSH", "GET", "GRANT" ->
          irrelevant(verb);
      case "HANDLER", "HELP", "INSTALL", "KILL", "LOCK", "OPTIMIZE", "PREPARE", "PURGE" ->
          irrelevant(verb);
      case "REPAIR", "RESET", "RESIGNAL", "RESTART", "REVOKE", "SET", "SHOW", "SHUTDOWN" ->
          irrelevant(verb);
      case "SIGNAL", "STOP", "UNINSTALL", "UNLOCK", "USE" -> irrelevant(verb);
      default -> Optional.empty();
    };
  }

  private static Optional<Statement> create(Tokens tokens) {
    Modifiers modifiers = Modifiers.read(tokens);
    if (tokens.takes("TABLE")) {
      return modifiers.temporary()
          ? irrelevant("CREATE")
          : one(tokens, DdlType.CREATE_TABLE, TableChange::made);
    }
    if (tokens.takes("SEQUENCE")) {
      return modifiers.temporary()
          ? irrelevant("CREATE")
          : one(tokens, DdlType.CREATE_SEQUENCE, TableChange::made);
    }
    if (tokens.takes("VIEW")) {
      return one(tokens, DdlType.CREATE_VIEW, TableChange::made);
    }
    if (tokens.takesAny("DATABASE", "SCHEMA")) {
      return database(tokens, DdlType.CREATE_SCHEMA);
    }
    return tokens.takes("INDEX") ? index(tokens, DdlType.ADD_INDEX) : object(tokens, "CREATE");
  }

  private static Optional<Statement> alter(Tokens tokens) {
    Modifiers.read(tokens);
    if (tokens.takes("TABLE")) {
      tokens.skipCondition();
      Optional<TableName> table = tokens.tableName();
      skipWait(tokens);
      return table.map(name -> AlterTable.read(tokens, name));
    }
    if (tokens.takes("SEQUENCE")) {
      return one(tokens, DdlType.ALTER_SEQUENCE, TableChange::altered);
    }
    if (tokens.takes("VIEW")) {
      return one(tokens, DdlType.CREATE_VIEW, TableChange::altered);
    }
    if (!tokens.takesAny("DATABASE", "SCHEMA")) {
      return object(tokens, "ALTER");
    }
    if (tokens.seesAny(
        "CHARACTER", "CHARSET", "COLLATE", "DEFAULT", "ENCRYPTION", "READ", "COMMENT")) {
      return ddl(DdlType.MODIFY_SCHEMA_CHARSET_AND_COLLATE, tokens.currentSchema(), List.of());
    }
    return database(tokens, DdlType.MODIFY_SCHEMA_CHARSET_AND_COLLATE);
  }

  private static Optional<Statement> drop(Tokens tokens) {
    boolean temporary = Modifiers.read(tokens).temporary();
    if (temporary) {
      return tokens.seesAny("TABLE", "TABLES", "SEQUENCE") ? irrelevant("DROP") : Optional.empty();
    }
    if (tokens.takesAny("TABLE", "TABLES")) {
      return several(tokens, DdlType.DROP_TABLE);
    }
    if (tokens.takes("SEQUENCE")) {
      return several(tokens, DdlType.DROP_SEQUENCE);
    }
    if (tokens.takes("VIEW")) {
      return several(tokens, DdlType.DROP_VIEW);
    }
    if (tokens.takesAny("DATABASE", "SCHEMA")) {
      return database(tokens, DdlType.DROP_SCHEMA);
    }
    if (tokens.takes("INDEX")) {
      return index(tokens, DdlType.DROP_INDEX);
    }
    return tokens.sees("PREPARE") ? irrelevant("DROP") : object(tokens, "DROP");
  }

  private static Optional<Statement> rename(Tokens tokens) {
    if (tokens.sees("USER")) {
      return irrelevant("RENAME");
    }
    if (!tokens.takesAny("TABLE", "TABLES")) {
      return Optional.empty();
    }
    List<TableChange> changes = new ArrayList<>();
    do {
      tokens.skipCondition();
      Optional<TableName> from = tokens.tableName();
      skipWait(tokens);
      Optional<TableName> to = tokens.takes("TO") ? tokens.tableName() : Optional.empty();
      if (from.isEmpty() || to.isEmpty()) {
        return Optional.empty();
      }
      changes.add(TableChange.renamed(from.get(), to.get()));
    } while (tokens.takesSymbol(','));
    DdlType type = changes.size() == 1 ? DdlType.RENAME_TABLE : DdlType.RENAME_TABLES;
    return ddl(type, tokens.currentSchema(), changes);
  }

  private static Optional<Statement> truncate(Tokens tokens) {
    tokens.takes("TABLE");
    return one(tokens, DdlType.TRUNCATE_TABLE, TableChange::altered);
  }

  private static void skipWait(Tokens tokens) {
    if (tokens.takes("WAIT")) {
      tokens.skip();
    } else {
      tokens.takes("NOWAIT");
    }
  }

  private static Optional<Statement> one(
      Tokens tokens, DdlType type, Function<TableName, TableChange> change) {
    tokens.skipCondition();
    Optional<TableName> name = tokens.tableName();
    return name.flatMap(table -> ddl(type, tokens.currentSchema(), List.of(change.apply(table))));
  }

  private static Optional<Statement> several(Tokens tokens, DdlType type) {
    tokens.skipCondition();
    List<TableChange> changes = new ArrayList<>();
    do {
      Optional<TableName> name = tokens.tableName();
      if (name.isEmpty()) {
        return Optional.empty();
      }
      changes.add(TableChange.dropped(name.get()));
    } while (tokens.takesSymbol(','));
    return ddl(type, tokens.currentSchema(), changes);
  }

  private static Optional<Statement> database(Tokens tokens, DdlType type) {
    tokens.skipCondition();
    return tokens.identifier().flatMap(name -> ddl(type, name, List.of()));
  }

  private static Optional<Statement> index(Tokens tokens, DdlType type) {
    tokens.skipCondition();
    Optional<String> name = tokens.identifier();
    while (!tokens.atEnd() && !tokens.takes("ON")) {
      tokens.skipGroup();
    }
    boolean primary = type == DdlType.DROP_INDEX && name.equals(Optional.of("PRIMARY"));
    return one(tokens, primary ? DdlType.DROP_PRIMARY_KEY : type, TableChange::altered);
  }

  /** Objects whose definitions nobody downstream needs. */
  private static Optional<Statement> object(Tokens tokens, String verb) {
    boolean known =
        tokens.seesAny("USER", "ROLE", "EVENT", "FUNCTION", "PROCEDURE", "TRIGGER", "PACKAGE")
            || tokens.seesAny("SERVER", "TABLESPACE", "LOGFILE", "INSTANCE", "RESOURCE")
            || tokens.seesAny("LIBRARY", "REFERENCE");
    return known ? irrelevant(verb) : Optional.empty();
  }

  private static Optional<Statement> ddl(DdlType type, String schema, List<TableChange> changes) {
    return Optional.of(new Statement.Ddl(type, schema, changes));
  }

  private static Optional<Statement> irrelevant(String verb) {
    return Optional.of(new Statement.Irrelevant(verb));
  }

  private static Statement rows(String verb) {
    return new Statement.Rows(verb, List.of());
  }

  private static Statement step(Statement.Step step) {
    return new Statement.Transaction(step, Optional.empty());
  }
}

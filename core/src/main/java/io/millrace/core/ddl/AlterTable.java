package io.millrace.core.ddl;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.TableChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what stands behind ALTER TABLE and the table's name: one or several changes. */
final class AlterTable {
  private static final Map<String, DdlType> OF_PARTITIONS =
      Map.of(
          "TRUNCATE", DdlType.TRUNCATE_TABLE_PARTITION,
          "REORGANIZE", DdlType.REORGANIZE_PARTITION,
          "COALESCE", DdlType.REORGANIZE_PARTITION,
          "EXCHANGE", DdlType.EXCHANGE_TABLE_PARTITION,
          "ANALYZE", DdlType.OTHER,
          "CHECK", DdlType.OTHER,
          "OPTIMIZE", DdlType.OTHER,
          "REBUILD", DdlType.OTHER,
          "REPAIR", DdlType.OTHER);

  private final Tokens tokens;
  private final List<DdlType> types = new ArrayList<>();
  private final List<TableChange> others = new ArrayList<>();
  private TableName after;

  private AlterTable(Tokens tokens, TableName table) {
    this.tokens = tokens;
    this.after = table;
  }

  /** Returns the statement whose changes come next. */
  static Statement.Ddl read(Tokens tokens, TableName table) {
    AlterTable alter = new AlterTable(tokens, table);
    while (!tokens.atEnd()) {
      alter.change();
      alter.rest();
    }
    List<TableChange> changes = new ArrayList<>();
    changes.add(
        alter.after.equals(table)
            ? TableChange.altered(table)
            : TableChange.renamed(table, alter.after));
    changes.addAll(alter.others);
    return new Statement.Ddl(alter.type(), tokens.currentSchema(), changes);
  }

  private DdlType type() {
    if (types.isEmpty()) {
      return DdlType.OTHER;
    }
    if (types.size() == 1) {
      return types.get(0);
    }
    if (types.stream().allMatch(DdlType.ADD_COLUMN::equals)) {
      return DdlType.ADD_COLUMNS;
    }
    if (types.stream().allMatch(DdlType.DROP_COLUMN::equals)) {
      return DdlType.DROP_COLUMNS;
    }
    return types.stream().allMatch(DdlType.OTHER::equals)
        ? DdlType.OTHER
        : DdlType.MULTI_SCHEMA_CHANGE;
  }

  /** Reads the beginning of one change. */
  private void change() {
    if (tokens.takes("ADD")) {
      add();
    } else if (tokens.takes("DROP")) {
      types.add(drop());
    } else if (tokens.takesAny("MODIFY", "CHANGE")) {
      types.add(DdlType.MODIFY_COLUMN);
    } else if (tokens.takes("ALTER")) {
      types.add(alter());
    } else if (tokens.takes("RENAME")) {
      rename();
    } else if (tokens.takes("CONVERT")) {
      convert();
    } else if (!partitions()) {
      options();
    }
  }

  /** Goes to the next change: behind a comma, or at what may follow without one. */
  private void rest() {
    while (!tokens.atEnd()) {
      if (tokens.takesSymbol(',')
          || tokens.sees("PARTITION", "BY")
          || tokens.sees("REMOVE", "PARTITIONING")) {
        return;
      }
      tokens.skipGroup();
    }
  }

  private void add() {
    boolean column = tokens.takes("COLUMN");
    tokens.skipCondition();
    if (!tokens.takesSymbol('(')) {
      types.add(column ? DdlType.ADD_COLUMN : definition());
      return;
    }
    boolean more = true;
    while (more && !tokens.atEnd()) {
      types.add(definition());
      while (!tokens.atEnd() && !tokens.seesSymbol(',') && !tokens.seesSymbol(')')) {
        tokens.skipGroup();
      }
      more = tokens.takesSymbol(',');
    }
    tokens.takesSymbol(')');
  }

  /** Returns what the definition that comes next adds. */
  private DdlType definition() {
    if (tokens.takes("CONSTRAINT")) {
      tokens.skipCondition();
      if (!tokens.seesAny("PRIMARY", "UNIQUE", "FOREIGN", "CHECK")) {
        tokens.skip();
      }
    }
    if (tokens.sees("PRIMARY", "KEY")) {
      return DdlType.ADD_PRIMARY_KEY;
    }
    if (tokens.sees("FOREIGN", "KEY")) {
      return DdlType.ADD_FOREIGN_KEY;
    }
    if (tokens.sees("CHECK")) {
      return DdlType.ADD_CHECK_CONSTRAINT;
    }
    if (tokens.seesAny("INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL")
        || tokens.sees("VECTOR", "INDEX")
        || tokens.sees("VECTOR", "KEY")) {
      return DdlType.ADD_INDEX;
    }
    if (tokens.sees("PARTITION")) {
      return DdlType.ADD_TABLE_PARTITION;
    }
    return tokens.sees("SYSTEM", "VERSIONING") || tokens.sees("PERIOD", "FOR")
        ? DdlType.OTHER
        : DdlType.ADD_COLUMN;
  }

  private DdlType drop() {
    if (tokens.seesAny("INDEX", "KEY")) {
      return DdlType.DROP_INDEX;
    }
    if (tokens.sees("PRIMARY", "KEY")) {
      return DdlType.DROP_PRIMARY_KEY;
    }
    if (tokens.sees("FOREIGN", "KEY")) {
      return DdlType.DROP_FOREIGN_KEY;
    }
    if (tokens.seesAny("CHECK", "CONSTRAINT")) {
      return DdlType.DROP_CHECK_CONSTRAINT;
    }
    if (tokens.sees("PARTITION")) {
      toEnd();
      return DdlType.DROP_TABLE_PARTITION;
    }
    return tokens.sees("SYSTEM", "VERSIONING") || tokens.sees("PERIOD", "FOR")
        ? DdlType.OTHER
        : DdlType.DROP_COLUMN;
  }

  private DdlType alter() {
    if (tokens.seesAny("INDEX", "KEY")) {
      return DdlType.ALTER_INDEX_VISIBILITY;
    }
    if (tokens.seesAny("CHECK", "CONSTRAINT")) {
      return DdlType.ALTER_CHECK_CONSTRAINT;
    }
    tokens.takes("COLUMN");
    tokens.skipCondition();
    tokens.skip();
    return tokens.sees("SET", "DEFAULT") || tokens.sees("DROP", "DEFAULT")
        ? DdlType.SET_DEFAULT_VALUE
        : DdlType.MODIFY_COLUMN;
  }

  private void rename() {
    if (tokens.sees("COLUMN")) {
      types.add(DdlType.MODIFY_COLUMN);
    } else if (tokens.seesAny("INDEX", "KEY")) {
      types.add(DdlType.RENAME_INDEX);
    } else {
      if (!tokens.takesAny("TO", "AS")) {
        tokens.takesSymbol('=');
      }
      after = tokens.tableName().orElse(after);
      types.add(DdlType.RENAME_TABLE);
    }
  }

  /** CONVERT TO CHARACTER SET, or MariaDB's change of a partition into a table and back. */
  private void convert() {
    if (tokens.takes("TABLE")) {
      tokens.tableName().map(TableChange::dropped).ifPresent(others::add);
      types.add(DdlType.OTHER);
    } else if (tokens.takes("PARTITION")) {
      tokens.skip();
      if (tokens.takes("TO", "TABLE")) {
        tokens.tableName().map(TableChange::made).ifPresent(others::add);
      }
      types.add(DdlType.OTHER);
    } else {
      types.add(DdlType.MODIFY_TABLE_CHARSET_AND_COLLATE);
    }
  }

  /** Reads a change of partitions, or of the table's files, and returns whether it was one. */
  private boolean partitions() {
    Optional<DdlType> type = partitionChange();
    type.ifPresent(types::add);
    if (type.equals(Optional.of(DdlType.EXCHANGE_TABLE_PARTITION))) {
      tokens.skip();
      if (tokens.takes("WITH", "TABLE")) {
        tokens.tableName().map(TableChange::altered).ifPresent(others::add);
      }
    }
    if (type.isPresent()) {
      toEnd();
    }
    return type.isPresent();
  }

  private Optional<DdlType> partitionChange() {
    if (tokens.takes("PARTITION", "BY")) {
      return Optional.of(DdlType.ALTER_TABLE_PARTITIONING);
    }
    if (tokens.takes("REMOVE", "PARTITIONING")) {
      return Optional.of(DdlType.REMOVE_PARTITIONING);
    }
    for (Map.Entry<String, DdlType> verb : OF_PARTITIONS.entrySet()) {
      if (tokens.takes(verb.getKey(), "PARTITION")) {
        return Optional.of(verb.getValue());
      }
    }
    return Optional.empty();
  }

  /** A list of partitions or columns has commas of its own and is always the last change. */
  private void toEnd() {
    while (!tokens.atEnd()) {
      tokens.skip();
    }
  }

  /** Reads table options up to the comma; they need none between them. */
  private void options() {
    while (!tokens.atEnd() && !tokens.seesSymbol(',')) {
      if (tokens.sees("PARTITION", "BY") || tokens.sees("REMOVE", "PARTITIONING")) {
        return;
      }
      option().ifPresent(this::addOnce);
    }
  }

  private void addOnce(DdlType type) {
    boolean mayRepeat = type != DdlType.MODIFY_TABLE_CHARSET_AND_COLLATE && type != DdlType.OTHER;
    if (mayRepeat || !types.contains(type)) {
      types.add(type);
    }
  }

  /** Goes over one option; returns empty where it says how to do the change, not what. */
  private Optional<DdlType> option() {
    if (tokens.takes("FORCE")
        || tokens.takes("NOWAIT")
        || tokens.takes("WITH", "VALIDATION")
        || tokens.takes("WITHOUT", "VALIDATION")) {
      return Optional.empty();
    }
    if (tokens.takesAny("ALGORITHM", "LOCK", "WAIT")) {
      value();
      return Optional.empty();
    }
    if (tokens.takes("ORDER", "BY")) {
      toEnd();
      return Optional.of(DdlType.OTHER);
    }
    tokens.takes("DEFAULT");
    DdlType type = DdlType.OTHER;
    if (tokens.takes("CHARACTER", "SET") || tokens.takesAny("CHARSET", "COLLATE")) {
      type = DdlType.MODIFY_TABLE_CHARSET_AND_COLLATE;
    } else if (tokens.takes("COMMENT")) {
      type = DdlType.MODIFY_TABLE_COMMENT;
    } else if (tokens.takes("AUTO_INCREMENT")) {
      type = DdlType.REBASE_AUTO_ID;
    } else if (!tokens.takes("DATA", "DIRECTORY") && !tokens.takes("INDEX", "DIRECTORY")) {
      tokens.skip();
    }
    value();
    return Optional.of(type);
  }

  private void value() {
    tokens.takesSymbol('=');
    if (!tokens.seesSymbol(',')) {
      tokens.skipGroup();
    }
  }
}

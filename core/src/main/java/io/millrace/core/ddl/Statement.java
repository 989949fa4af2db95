package io.millrace.core.ddl;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.TableChange;
import java.util.List;
import java.util.Optional;

/** What a statement is. */
public sealed interface Statement {

  /**
   * A change of tables, views, sequences or a database.
   *
   * @param type the kind of change; {@link DdlType#OTHER} only for an ALTER TABLE that is none of
   *     the named kinds, for instance of the engine
   * @param schema for a change of a database that database, else the one that was current
   * @param tables what happens to which table, in the statement's order, with full names; empty for
   *     a database. A condition such as IF EXISTS is not looked at: the table may not have been
   *     there, or there already
   */
  record Ddl(DdlType type, String schema, List<TableChange> tables) implements Statement {
    /** Copies the list. */
    public Ddl {
      tables = List.copyOf(tables);
    }
  }

  /**
   * A statement that changes rows, logged as its text.
   *
   * @param verb its first word, in upper case
   * @param tables the table it changes; empty where the text does not simply say so: it may change
   *     any
   */
  record Rows(String verb, List<TableName> tables) implements Statement {
    /** Copies the list. */
    public Rows {
      tables = List.copyOf(tables);
    }
  }

  /**
   * Transaction control.
   *
   * @param step what it does
   * @param xid the transaction an XA statement names; empty for all others
   */
  record Transaction(Step step, Optional<Xid> xid) implements Statement {}

  /**
   * A statement that changes neither tables nor rows that can be replicated: accounts, settings,
   * maintenance, stored programs, temporary tables; also an empty one.
   *
   * @param verb its first word, in upper case; empty for an empty statement
   */
  record Irrelevant(String verb) implements Statement {}

  /**
   * Text that is none of the above.
   *
   * @param words up to three words it begins with, without literals, so that it can be printed
   */
  record Unknown(String words) implements Statement {}

  /** The steps of transaction control. */
  enum Step {
    /** BEGIN, START TRANSACTION. */
    BEGIN,
    /** COMMIT. */
    COMMIT,
    /** ROLLBACK of the whole transaction. */
    ROLLBACK,
    /** SAVEPOINT. */
    SAVEPOINT,
    /** ROLLBACK TO a savepoint. */
    ROLLBACK_TO_SAVEPOINT,
    /** RELEASE SAVEPOINT. */
    RELEASE_SAVEPOINT,
    /** XA START, XA BEGIN. */
    XA_START,
    /** XA END. */
    XA_END,
    /** XA PREPARE. */
    XA_PREPARE,
    /** XA COMMIT of a prepared transaction. */
    XA_COMMIT,
    /** XA COMMIT ... ONE PHASE. */
    XA_COMMIT_ONE_PHASE,
    /** XA ROLLBACK. */
    XA_ROLLBACK
  }
}

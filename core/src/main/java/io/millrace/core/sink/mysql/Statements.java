package io.millrace.core.sink.mysql;

import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType.Family;
import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import java.util.List;

/**
 * Writes statements for rows of one table into a script.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> MySQL sink specification, 4.
 */
final class Statements {
  private final Script script;
  private final ServerKind kind;
  private final int maxRows;
  private final int maxBytes;
  private final LargeValues large;
  private boolean finds;

  /**
   * Creates a writer.
   *
   * @param maxRows of one statement
   * @param maxBytes of one statement, as far as more than one row would exceed it
   */
  Statements(Script script, ServerKind kind, int maxRows, int maxBytes) {
    this.script = script;
    this.kind = kind;
    this.maxRows = maxRows;
    this.maxBytes = (int) Math.min(maxBytes, kind.maxPacket() / 4);
    this.large = new LargeValues(script, kind.maxPacket());
  }

  /** Returns whether the statement begun is too large for one packet. */
  private boolean isTooLarge() {
    return script.length() > Math.min(kind.maxPacket() / 2, Slot.LARGEST_TEXT);
  }

  /** Takes the statement begun back, to be written again with large values in variables. */
  private void startOver(TablePlan plan, Tso ts, Row... images) {
    script.truncate(0);
    for (Row image : images) {
      large.take(plan, image, ts);
    }
    script.literals().refer(large);
  }

  /** Says whether what is updated or deleted from now on should be there. */
  void expect(boolean there) {
    finds = there;
  }

  private void end(TablePlan plan, Tso first, Tso last, int rows) {
    script.end(plan, first, last, finds ? rows : 0);
    script.literals().refer(null);
    large.forget(plan, last);
  }

  /** Inserts whole rows. */
  void insert(TablePlan plan, boolean replace, List<Row> rows, Tso first, Tso last) {
    int inStatement = 0;
    for (Row row : rows) {
      if (inStatement == maxRows || (inStatement > 0 && script.length() > maxBytes)) {
        script.end(plan, first, last);
        inStatement = 0;
      }
      int before = script.length();
      if (inStatement == 0) {
        insertHead(plan, replace);
      } else {
        script.text().write(',');
      }
      values(plan, row);
      inStatement++;
      if (isTooLarge()) {
        script.truncate(before);
        if (inStatement > 1) {
          script.end(plan, first, last);
        }
        startOver(plan, last, row);
        insertHead(plan, replace);
        values(plan, row);
        end(plan, first, last, 0);
        inStatement = 0;
      }
    }
    if (inStatement > 0) {
      script.end(plan, first, last);
    }
  }

  private void insertHead(TablePlan plan, boolean replace) {
    ByteBuilder out = script.text();
    out.write(replace ? "REPLACE INTO " : "INSERT INTO ");
    out.write(plan.quotedTable());
    out.write(" (");
    out.write(plan.columnList());
    out.write(") VALUES ");
  }

  private void values(TablePlan plan, Row row) {
    ByteBuilder out = script.text();
    out.write('(');
    for (int i = 0; i < plan.written().length; i++) {
      if (i > 0) {
        out.write(',');
      }
      int column = plan.written()[i];
      script.literals().store(plan.column(column), row, column);
    }
    out.write(')');
  }

  /** Inserts a row of which the log has not every column. */
  void insertPart(TablePlan plan, boolean replace, Row row, Tso ts) {
    part(plan, replace, row);
    if (isTooLarge()) {
      startOver(plan, ts, row);
      part(plan, replace, row);
    }
    end(plan, ts, ts, 0);
  }

  private void part(TablePlan plan, boolean replace, Row row) {
    ByteBuilder out = script.text();
    out.write(replace ? "REPLACE INTO " : "INSERT INTO ");
    out.write(plan.quotedTable());
    String separator = " (";
    for (int column : plan.written()) {
      if (row.isPresent(column)) {
        out.write(separator);
        out.write(plan.quotedColumn(column));
        separator = ",";
      }
    }
    separator = ") VALUES (";
    for (int column : plan.written()) {
      if (row.isPresent(column)) {
        out.write(separator);
        script.literals().store(plan.column(column), row, column);
        separator = ",";
      }
    }
    out.write(')');
  }

  /** Deletes the rows that have these images' keys. */
  void delete(TablePlan plan, List<Row> rows, Tso first, Tso last) {
    ByteBuilder out = script.text();
    int inStatement = 0;
    for (Row row : rows) {
      if (inStatement == maxRows || (inStatement > 0 && script.length() > maxBytes)) {
        script.end(plan, first, last, finds ? inStatement : 0);
        inStatement = 0;
      }
      if (inStatement == 0) {
        out.write("DELETE FROM ");
        out.write(plan.quotedTable());
        out.write(" WHERE (");
      } else {
        out.write(" OR (");
      }
      where(plan, row);
      out.write(')');
      inStatement++;
    }
    if (inStatement > 0) {
      script.end(plan, first, last, finds ? inStatement : 0);
    }
  }

  /** Deletes one row that has an image's key, or all its values where there is no key. */
  void deleteOne(TablePlan plan, Row row, Tso ts) {
    deletion(plan, row);
    if (isTooLarge()) {
      startOver(plan, ts, row);
      deletion(plan, row);
    }
    end(plan, ts, ts, 1);
  }

  private void deletion(TablePlan plan, Row row) {
    ByteBuilder out = script.text();
    out.write("DELETE FROM ");
    out.write(plan.quotedTable());
    out.write(" WHERE ");
    where(plan, row);
    out.write(" LIMIT 1");
  }

  /** Updates one row: all that the new image has. */
  void update(TablePlan plan, Row before, Row after, Tso first, Tso last) {
    set(plan, before, after);
    if (isTooLarge()) {
      startOver(plan, last, before, after);
      set(plan, before, after);
    }
    end(plan, first, last, 1);
  }

  private void set(TablePlan plan, Row before, Row after) {
    ByteBuilder out = script.text();
    out.write("UPDATE ");
    out.write(plan.quotedTable());
    String separator = " SET ";
    for (int column : plan.written()) {
      if (after.isPresent(column)) {
        out.write(separator);
        out.write(plan.quotedColumn(column));
        out.write(" = ");
        script.literals().store(plan.column(column), after, column);
        separator = ", ";
      }
    }
    out.write(" WHERE ");
    where(plan, before);
    out.write(" LIMIT 1");
  }

  private void where(TablePlan plan, Row row) {
    ByteBuilder out = script.text();
    String separator = "";
    if (plan.hasHandle()) {
      for (int column : plan.handleColumns()) {
        out.write(separator);
        out.write(plan.quotedColumn(column));
        out.write(" = ");
        script.literals().compare(plan.column(column), row, column);
        separator = " AND ";
      }
      return;
    }
    for (int column = 0; column < plan.schema().columns().size(); column++) {
      if (row.isPresent(column) && plan.target().column(plan.column(column).name()).isPresent()) {
        out.write(separator);
        same(plan, row, column);
        separator = " AND ";
      }
    }
  }

  /** Compares a value exactly: a collation may take others for equal, and then another row goes. */
  private void same(TablePlan plan, Row row, int number) {
    ByteBuilder out = script.text();
    Column column = plan.column(number);
    String name = plan.quotedColumn(number);
    if (row.isNull(number)) {
      out.write(name);
      out.write(" IS NULL");
    } else if (column.type().family() == Family.CHARACTER) {
      // as bytes a text may be too large for a packet, and then for a cast
      boolean hashed = large.find(row, number) != null;
      out.write(hashed ? "SHA2(" : "CAST(");
      out.write("CONVERT(" + name + " USING utf8mb4)");
      out.write(hashed ? ",256) = SHA2(" : " AS BINARY) = CAST(");
      script.literals().utf8(row, number);
      out.write(hashed ? ",256)" : " AS BINARY)");
    } else if (column.type().family() == Family.LABELS) {
      // a SET of 64 labels compares as a signed number otherwise
      out.write("CAST(" + name + " AS UNSIGNED) = ");
      script.literals().compare(column, row, number);
    } else if (column.type().family() == Family.JSON && kind.comparesJson()) {
      out.write(name);
      out.write(" = CAST(");
      script.literals().compare(column, row, number);
      out.write(" AS JSON)");
    } else {
      out.write(name);
      out.write(" = ");
      script.literals().compare(column, row, number);
    }
  }
}

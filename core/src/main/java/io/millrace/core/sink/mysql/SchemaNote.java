package io.millrace.core.sink.mysql;

import io.millrace.api.event.SourcePosition;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger tells of a changefeed's last schema change.
 *
 * @param position where it stands in the upstream's log
 * @param done whether it is applied
 * @param definition the definitions of its tables before it
 */
record SchemaNote(SourcePosition position, boolean done, String definition) {
  /** Returns the note, or null where there is none. */
  static @Nullable SchemaNote read(Session session, long feed) throws SQLException {
    List<List<@Nullable String>> rows =
        session.query(
            "SELECT source, log_file, log_offset, ordinal, done, definition FROM millrace.ddl WHERE feed=?",
            feed);
    session.rollback();
    if (rows.isEmpty()) {
      return null;
    }
    List<@Nullable String> row = rows.get(0);
    return new SchemaNote(
        new SourcePosition(
            String.valueOf(row.get(0)),
            Long.parseLong(String.valueOf(row.get(1))),
            Long.parseLong(String.valueOf(row.get(2))),
            Integer.parseInt(String.valueOf(row.get(3))),
            ""),
        "1".equals(row.get(4)),
        String.valueOf(row.get(5)));
  }

  /** Returns whether it is of the change at a position. */
  boolean isOf(SourcePosition at) {
    return position.equals(at);
  }

  /** Returns whether a change at a position lies before it, and so was applied. */
  boolean isBehind(SourcePosition at) {
    return position.server().equals(at.server()) && at.isBefore(position);
  }

  /** Notes a change as begun. */
  static void begin(Session session, long feed, SourcePosition at, String definition)
      throws SQLException {
    session.update(
        "REPLACE INTO millrace.ddl(feed, source, log_file, log_offset, ordinal, done, definition)"
            + " VALUES (?,?,?,?,?,0,?)",
        feed,
        at.server(),
        at.file(),
        at.offset(),
        at.ordinal(),
        definition);
    session.commit();
  }

  /**
   * Notes a change as done. Nothing before it is read again, so what is noted of rows before it
   * goes; and definitions are to be read anew.
   */
  static void finish(Session session, long feed, SourcePosition at) throws SQLException {
    session.update("UPDATE millrace.ddl SET done=1 WHERE feed=?", feed);
    session.update("UPDATE millrace.feed SET version=version+1 WHERE id=?", feed);
    for (String table : new String[] {"applied", "watermark"}) {
      session.update(
          "DELETE FROM millrace."
              + table
              + " WHERE feed=? AND source=? AND (log_file<? OR (log_file=? AND log_offset<=?))",
          feed,
          at.server(),
          at.file(),
          at.file(),
          at.offset());
    }
    session.commit();
  }
}

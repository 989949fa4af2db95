package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.core.ddl.DdlClassifier;
import io.millrace.core.ddl.Statement;
import io.millrace.core.source.mysql.ServerFacts.LogFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Looks for places in the log by reading it from a place to its present end, rows not looked at.
 *
 * <p><i>Threads:</i> one.
 */
final class LogScan {
  private final LinkPool pool;

  /** Creates a scan over connections of a pool. */
  LogScan(LinkPool pool) {
    this.pool = pool;
  }

  /**
   * Returns the start of the first transaction that may have been committed at or after a
   * timestamp, else the log's end.
   *
   * @throws CdcException {@link StandardErrorCode#START_TS_BEFORE_GC} if the log begins later
   */
  LogPlace locate(Tso ts, List<LogFile> files, String server) throws IOException {
    if (files.isEmpty()) {
      throw new CdcException(
          StandardErrorCode.SOURCE_SETTINGS, "the upstream writes no log, start it with --log-bin");
    }
    long millis = ts.millis();
    long first = begun(files.get(0));
    if (first * 1000 > millis) {
      throw new CdcException(
          StandardErrorCode.START_TS_BEFORE_GC,
          "the upstream's log begins with "
              + files.get(0).start()
              + " at "
              + Tso.ofMillis(first * 1000, 0)
              + ", later than start_ts "
              + ts);
    }
    int low = 0;
    int high = files.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if ((begun(files.get(middle)) + 1) * 1000 <= millis) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return firstFrom(files.get(low).start(), millis, server);
  }

  /** Returns when the first of files was begun, to the second; empty: there is none. */
  Optional<Tso> begun(List<LogFile> files) throws IOException {
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(Tso.ofMillis(begun(files.get(0)) * 1000, 0));
  }

  /** Returns when a file was begun, in seconds since 1970. */
  private long begun(LogFile file) throws IOException {
    LogEvent event = new LogEvent();
    try (Dump dump = Dump.once(pool, file.start())) {
      while (dump.framer().next(event)) {
        if (event.type() == LogEvent.FORMAT_DESCRIPTION) {
          return event.seconds();
        }
      }
    }
    throw new MalformedLogException("the log file " + file.start() + " has no beginning");
  }

  private LogPlace firstFrom(LogPlace from, long millis, String server) throws IOException {
    LogCursor cursor = new LogCursor(server, from);
    PendingGtid pending = new PendingGtid(cursor);
    LogEvent event = new LogEvent();
    try (Dump dump = Dump.once(pool, from)) {
      while (dump.framer().next(event)) {
        long at = cursor.offset();
        if (!step(cursor, dump.framer(), event)) {
          continue;
        }
        if (pending.begins(event)) {
          pending.settle();
          if (pending.latestMillis(event) >= millis) {
            return cursor.place(at);
          }
          pending.note(event);
        } else if (event.type() == LogEvent.PREVIOUS_GTIDS) {
          pending.settle();
          PreviousGtids.addTo(cursor.gtids(), event);
        }
      }
    }
    pending.settle();
    return cursor.place();
  }

  /** Follows files and offsets; returns whether the event is of the log itself. */
  private static boolean step(LogCursor cursor, PacketFramer framer, LogEvent event)
      throws IOException {
    switch (event.type()) {
      case LogEvent.HEARTBEAT, LogEvent.HEARTBEAT_V2 -> {
        return false;
      }
      case LogEvent.ROTATE -> {
        String name =
            new String(
                event.bytes(),
                event.body() + 8,
                Math.max(0, event.bodyLength() - 8),
                StandardCharsets.UTF_8);
        cursor.jump(name, event.i64(event.body()));
        return false;
      }
      case LogEvent.FORMAT_DESCRIPTION -> {
        framer.checksums(event.u8(event.end() - 1) == 1);
        cursor.stamp(event.seconds());
        if (event.endPosition() != 0) {
          cursor.advance(event);
        }
        return false;
      }
      default -> {
        cursor.advance(event);
        return true;
      }
    }
  }

  /**
   * Returns where a table is first changed between two places.
   *
   * @param to exclusive
   */
  Optional<SourcePosition> firstChange(TableName table, LogPlace from, SourcePosition to)
      throws IOException {
    LogCursor cursor = new LogCursor(to.server(), from);
    LogEvent event = new LogEvent();
    try (Dump dump = Dump.once(pool, from)) {
      while (dump.framer().next(event)) {
        SourcePosition at = cursor.bare(cursor.offset());
        if (!at.isBefore(to)) {
          break;
        }
        boolean statement =
            step(cursor, dump.framer(), event)
                && (event.type() == LogEvent.QUERY || event.type() == LogEvent.QUERY_COMPRESSED);
        if (statement) {
          dump.framer().load(event);
          QueryText text = QueryText.of(event);
          Statement what = DdlClassifier.classify(text.sql(), text.schema(), text.sqlMode());
          if (what instanceof Statement.Ddl ddl && concerns(ddl, table)) {
            return Optional.of(at);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean concerns(Statement.Ddl ddl, TableName table) {
    return switch (ddl.type()) {
      case TRUNCATE_TABLE -> false;
      case DROP_SCHEMA -> ddl.schema().equals(table.schema());
      default -> ddl.tables().stream().anyMatch(change -> concerns(change, table));
    };
  }

  private static boolean concerns(TableChange change, TableName table) {
    return change.before().filter(table::equals).isPresent()
        || change.after().filter(table::equals).isPresent();
  }

  /**
   * Reads the rows of the XA transaction that begins at a place.
   *
   * @param rows takes its table maps and rows events
   */
  void replay(LogPlace from, String server, RowEvents rows) throws IOException {
    LogCursor cursor = new LogCursor(server, from);
    LogEvent event = new LogEvent();
    boolean begun = false;
    try (Dump dump = Dump.once(pool, from)) {
      while (dump.framer().next(event)) {
        boolean large = !event.isWhole();
        if (!step(cursor, dump.framer(), event)) {
          continue;
        }
        if (event.type() == LogEvent.XA_PREPARE) {
          return;
        }
        boolean gtid = PendingGtid.isGtid(event);
        if (gtid && begun) {
          break;
        }
        begun |= gtid;
        if (event.type() == LogEvent.TRANSACTION_PAYLOAD) {
          payload(event, dump.framer(), rows);
        } else {
          rows(event, dump.framer(), rows, large);
        }
      }
    }
    throw new MalformedLogException("no end of the XA transaction that begins at " + from);
  }

  private static void payload(LogEvent event, PacketFramer framer, RowEvents rows)
      throws IOException {
    LogEvent inner = new LogEvent();
    try (PayloadFramer events = new PayloadFramer(framer.body(event))) {
      while (events.next(inner)) {
        rows(inner, framer, rows, false);
      }
    }
  }

  private static void rows(LogEvent event, PacketFramer framer, RowEvents rows, boolean large)
      throws IOException {
    if (event.type() == LogEvent.TABLE_MAP) {
      framer.load(event);
      rows.tableMap(event);
    } else if (event.hasRows() && rows.isWanted(event)) {
      framer.load(event);
      rows.rows(event, large);
    }
  }
}

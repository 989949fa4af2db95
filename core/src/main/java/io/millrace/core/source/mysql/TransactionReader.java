package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Restart;
import io.millrace.core.ddl.DdlClassifier;
import io.millrace.core.ddl.Statement;
import io.millrace.core.ddl.Xid;
import io.millrace.core.source.mysql.XaLedger.Prepared;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log event by event: where transactions begin and end, which statements stand in it,
 * where files change. What it finds goes to the assembler.
 *
 * <p><i>Threads:</i> one.
 */
final class TransactionReader {
  private static final Logger LOG = System.getLogger(TransactionReader.class.getName());
  private static final int MARIADB_STANDALONE = 1;
  private static final int MARIADB_GROUP_COMMIT = 2;
  private static final int MARIADB_PREPARED_XA = 64;

  private final LogCursor cursor;
  private final Assembler assembler;
  private final TableBook book;
  private final RowEvents rowEvents;
  private final SettingNames settingNames;
  private final XaLedger ledger;
  private final Replay replay;

  private boolean open;
  private boolean begun;
  private long start;
  private @Nullable Xid xa;
  private boolean xaRows;
  private long gtidHigh;
  private long gtidLow;
  private long gtidNumber;
  private long mariaDomain = -1;
  private long mariaServer;
  private long skipTo;
  private boolean stampChecked;
  private long wantedStamp;

  /** Reads the rows of a prepared transaction again. */
  interface Replay {
    /** Gives the assembler all wanted rows of the XA transaction that begins at a place. */
    void rows(LogPlace start) throws IOException;
  }

  /** Creates a reader. */
  TransactionReader(
      LogCursor cursor,
      Assembler assembler,
      TableBook book,
      RowEvents rowEvents,
      SettingNames settingNames,
      XaLedger ledger,
      Replay replay) {
    this.cursor = cursor;
    this.assembler = assembler;
    this.book = book;
    this.rowEvents = rowEvents;
    this.settingNames = settingNames;
    this.ledger = ledger;
    this.replay = replay;
  }

  /** Prepares for a new connection, whose dump begins at the place {@link #resume} returned. */
  void connected(LogPlace from) {
    open = false;
    rowEvents.clear();
    assembler.interrupt();
    skipTo = from.offset() > 0xffff_ffffL ? from.offset() : 0;
    wantedStamp = from.stamp();
    stampChecked = false;
    cursor.jump(from.fileName(), from.offset());
    cursor.stamp(from.stamp());
  }

  /** Returns where a new connection must begin: the start of the transaction at hand. */
  LogPlace resume() {
    return open ? cursor.place(start) : cursor.place();
  }

  /** Returns whether the reader is within a transaction. */
  boolean isInTransaction() {
    return open;
  }

  /**
   * Takes an event.
   *
   * @param framer reads the rest of one that is not whole
   * @return whether a transaction ended with it, or the place moved outside of one
   */
  boolean take(LogEvent event, PacketFramer framer) throws IOException {
    int type = event.type();
    if (event.isHeartbeat()) {
      return false;
    }
    if (type == LogEvent.ROTATE) {
      rotate(event);
      return !open;
    }
    long from = cursor.offset();
    if (type == LogEvent.FORMAT_DESCRIPTION) {
      describe(event, framer);
      return false;
    }
    boolean complete = event.isWhole();
    cursor.advance(event);
    if (from < skipTo) {
      return false;
    }
    if (type == LogEvent.TRANSACTION_PAYLOAD) {
      payload(event, framer);
    } else if (!event.hasRows() || isWanted(event)) {
      framer.load(event);
      handle(event, from, !complete);
    }
    return !open;
  }

  private boolean isWanted(LogEvent event) throws IOException {
    return xa == null ? rowEvents.isWanted(event) : noteXaRows(event);
  }

  private boolean noteXaRows(LogEvent event) throws IOException {
    xaRows |= rowEvents.isWanted(event);
    return false;
  }

  private void rotate(LogEvent event) throws IOException {
    if (!event.hasBody(9)) {
      throw new MalformedLogException("a rotation without a file");
    }
    String name =
        new String(event.bytes(), event.body() + 8, event.bodyLength() - 8, StandardCharsets.UTF_8);
    cursor.jump(name, event.i64(event.body()));
    if (!event.isArtificial()) {
      rowEvents.clear();
    }
  }

  private void describe(LogEvent event, PacketFramer framer) throws IOException {
    if (!event.hasBody(58) || event.u16(event.body()) != 4) {
      throw new CdcException(
          StandardErrorCode.SOURCE_UNREADABLE,
          "the log's format at " + cursor + " is not version 4");
    }
    framer.checksums(event.u8(event.end() - 1) == 1);
    long seconds = event.seconds();
    if (!stampChecked && wantedStamp != 0 && wantedStamp != seconds) {
      throw new CdcException(
          StandardErrorCode.SOURCE_CHANGED,
          "the log file at "
              + cursor
              + " is not the one read before: it was begun at another time, the upstream's log was"
              + " reset or it is another server; create the changefeed anew");
    }
    stampChecked = true;
    cursor.stamp(seconds);
    if (event.endPosition() != 0) {
      cursor.advance(event);
      rowEvents.clear();
    }
  }

  private void payload(LogEvent event, PacketFramer framer) throws IOException {
    long from = cursor.offset();
    LogEvent inner = new LogEvent();
    try (PayloadFramer events = new PayloadFramer(framer.body(event))) {
      boolean ended = false;
      while (events.next(inner)) {
        boolean commits = inner.type() == LogEvent.XID || isCommit(inner);
        if (commits) {
          ended = true;
        } else if (!inner.hasRows() || isWanted(inner)) {
          handle(inner, from, false);
        }
      }
      if (ended) {
        end();
      }
    }
  }

  private boolean isCommit(LogEvent event) throws IOException {
    return event.type() == LogEvent.QUERY && QueryText.of(event).sql().equals("COMMIT");
  }

  private void handle(LogEvent event, long from, boolean owned) throws IOException {
    switch (event.type()) {
      case LogEvent.TABLE_MAP -> table(event, owned);
      case LogEvent.XID -> end();
      case LogEvent.QUERY, LogEvent.QUERY_COMPRESSED, LogEvent.EXECUTE_LOAD_QUERY ->
          query(event, from);
      case LogEvent.GTID, LogEvent.ANONYMOUS_GTID -> gtid(event, from);
      case LogEvent.GTID_TAGGED -> taggedGtid(event, from);
      case LogEvent.MARIADB_GTID -> mariaGtid(event, from);
      case LogEvent.XA_PREPARE -> xaPrepare(event);
      case LogEvent.PREVIOUS_GTIDS -> previousGtids(event);
      case LogEvent.INCIDENT -> throw unreadable(event, "tells of lost events");
      case LogEvent.STOP,
          LogEvent.INTVAR,
          LogEvent.RAND,
          LogEvent.USER_VAR,
          LogEvent.IGNORABLE,
          LogEvent.ROWS_QUERY,
          LogEvent.BEGIN_LOAD_QUERY,
          LogEvent.TRANSACTION_CONTEXT,
          LogEvent.VIEW_CHANGE,
          LogEvent.ANNOTATE_ROWS,
          LogEvent.BINLOG_CHECKPOINT,
          LogEvent.MARIADB_GTID_LIST,
          LogEvent.START_ENCRYPTION -> {}
      default -> {
        if (event.hasRows()) {
          table(event, owned);
        } else if (!event.mayBeIgnored()) {
          throw unreadable(event, "is of a type that is not known");
        }
      }
    }
  }

  /** Takes a table map or rows; what is wrong with them is told with their place. */
  private void table(LogEvent event, boolean owned) throws IOException {
    try {
      if (event.type() == LogEvent.TABLE_MAP) {
        rowEvents.tableMap(event);
      } else {
        rowEvents.rows(event, owned);
      }
    } catch (CdcException e) {
      if (e.code() != StandardErrorCode.SOURCE_UNREADABLE) {
        throw e;
      }
      throw new CdcException(
          e.code(),
          "the event of type " + event.type() + " that ends at " + cursor + ": " + e.getMessage(),
          e);
    }
  }

  private CdcException unreadable(LogEvent event, String why) {
    return new CdcException(
        StandardErrorCode.SOURCE_UNREADABLE,
        "the event of type "
            + event.type()
            + " that ends at "
            + cursor
            + " "
            + why
            + "; create the changefeed anew behind it");
  }

  private void begin(long from, long millis) {
    open = true;
    begun = false;
    xa = null;
    xaRows = false;
    start = from;
    gtidNumber = 0;
    mariaDomain = -1;
    assembler.begin(from, millis);
  }

  private void end() throws IOException {
    assembler.end();
    close();
  }

  private void close() {
    if (gtidNumber > 0 && mariaDomain < 0) {
      cursor.gtids().add(gtidHigh, gtidLow, gtidNumber);
    } else if (mariaDomain >= 0) {
      cursor.maria().add(mariaDomain, mariaServer, gtidNumber);
    }
    open = false;
    xa = null;
  }

  private void gtid(LogEvent event, long from) throws IOException {
    if (!event.hasBody(25)) {
      throw new MalformedLogException("a GTID of " + event.bodyLength() + " bytes");
    }
    int body = event.body();
    long millis = event.seconds() * 1000;
    long micros = PendingGtid.commitMicros(event);
    millis = micros == 0 ? millis : micros / 1000;
    begin(from, millis);
    if (event.type() == LogEvent.GTID) {
      UUID source = PreviousGtids.uuid(event, body + 1);
      gtidHigh = source.getMostSignificantBits();
      gtidLow = source.getLeastSignificantBits();
      gtidNumber = GtidSet.number(event.i64(body + 17));
    }
  }

  private void taggedGtid(LogEvent event, long from) throws IOException {
    TaggedGtid gtid = TaggedGtid.of(event);
    begin(from, gtid.commitMillis() > 0 ? gtid.commitMillis() : event.seconds() * 1000);
    if (gtid.tag().isEmpty()) {
      gtidHigh = gtid.source().getMostSignificantBits();
      gtidLow = gtid.source().getLeastSignificantBits();
      gtidNumber = gtid.number();
    } else {
      cursor.gtids().add(gtid.source(), gtid.tag(), gtid.number());
    }
  }

  private void mariaGtid(LogEvent event, long from) throws IOException {
    if (!event.hasBody(13)) {
      throw new MalformedLogException("a GTID of " + event.bodyLength() + " bytes");
    }
    int body = event.body();
    begin(from, event.seconds() * 1000);
    gtidNumber = event.i64(body);
    mariaDomain = event.u32(body + 8);
    mariaServer = event.serverId();
    int flags = event.u8(body + 12);
    begun = (flags & MARIADB_STANDALONE) == 0;
    if ((flags & MARIADB_PREPARED_XA) != 0) {
      xa = mariaXid(event, body + 13 + ((flags & MARIADB_GROUP_COMMIT) == 0 ? 0 : 8));
    }
  }

  /** Reads the xid of a GTID that stands for MySQL's XA START. */
  private static Xid mariaXid(LogEvent event, int at) throws IOException {
    if (at + 6 > event.end()) {
      throw new MalformedLogException("a GTID that ends before its xid");
    }
    int middle = at + 6 + event.u8(at + 4);
    int end = middle + event.u8(at + 5);
    if (end > event.end()) {
      throw new MalformedLogException("a GTID that ends within its xid");
    }
    return Xid.of(event.copy(at + 6, middle), event.copy(middle, end), event.u32(at));
  }

  private void previousGtids(LogEvent event) throws IOException {
    if (!open) {
      PreviousGtids.addTo(cursor.gtids(), event);
    }
  }

  private void query(LogEvent event, long from) throws IOException {
    if (!open) {
      begin(from, event.seconds() * 1000);
    }
    QueryText text = QueryText.of(event);
    Statement statement = DdlClassifier.classify(text.sql(), text.schema(), text.sqlMode());
    if (statement instanceof Statement.Transaction control) {
      control(event, control);
      return;
    }
    if (statement instanceof Statement.Ddl ddl) {
      int ordinal = assembler.nextOrdinal();
      book.apply(ddl, cursor.bare(start));
      assembler.schemaChange(ordinal, ddl, text, settingNames);
    } else if (statement instanceof Statement.Rows rows) {
      refuseStatement(event, text, rows);
    } else if (statement instanceof Statement.Unknown unknown) {
      LOG.log(Level.WARNING, "unknown statement at={0} words={1}", cursor, unknown.words());
      assembler.schemaChange(
          assembler.nextOrdinal(),
          new Statement.Ddl(DdlType.OTHER, text.schema(), List.of()),
          text,
          settingNames);
    }
    if (!begun) {
      end();
    }
  }

  private void refuseStatement(LogEvent event, QueryText text, Statement.Rows rows) {
    boolean concerned =
        rows.tables().isEmpty()
            ? !TableBook.isSystem(text.schema())
            : rows.tables().stream().anyMatch(this::isWantedTable);
    if (concerned) {
      throw unreadable(
          event,
          "is a row change logged as a statement ("
              + rows.verb()
              + "), which only binlog_format=ROW avoids");
    }
  }

  private boolean isWantedTable(TableName name) {
    return book.isWanted(name);
  }

  private void control(LogEvent event, Statement.Transaction control) throws IOException {
    switch (control.step()) {
      case BEGIN -> begun = true;
      case COMMIT -> end();
      case ROLLBACK -> {
        assembler.drop();
        close();
      }
      case ROLLBACK_TO_SAVEPOINT -> {
        if (assembler.hasRows()) {
          throw unreadable(event, "rolls back to a savepoint behind rows already read");
        }
      }
      case XA_START -> {
        begun = true;
        xa = xid(event, control.xid());
      }
      case XA_COMMIT -> xaCommit(xid(event, control.xid()));
      case XA_ROLLBACK -> {
        ledger.end(xid(event, control.xid()));
        assembler.openXa(ledger.oldest());
        end();
      }
      case XA_COMMIT_ONE_PHASE -> xaOnePhase();
      case SAVEPOINT, RELEASE_SAVEPOINT, XA_END, XA_PREPARE -> {}
    }
  }

  private Xid xid(LogEvent event, Optional<Xid> xid) {
    return xid.orElseThrow(() -> unreadable(event, "is an XA statement without an xid"));
  }

  private void xaPrepare(LogEvent event) throws IOException {
    int body = event.body();
    if (!event.hasBody(13)) {
      throw new MalformedLogException("an XA PREPARE of " + event.bodyLength() + " bytes");
    }
    long gtrid = event.u32(body + 5);
    long bqual = event.u32(body + 9);
    if (gtrid > 64 || bqual > 64 || !event.hasBody((int) (13 + gtrid + bqual))) {
      throw new MalformedLogException("an XA PREPARE with a damaged xid");
    }
    if (event.u8(body) != 0) {
      xaOnePhase();
      return;
    }
    int from = body + 13;
    int middle = from + (int) gtrid;
    Xid xid =
        Xid.of(
            event.copy(from, middle),
            event.copy(middle, middle + (int) bqual),
            event.u32(body + 1));
    Restart restart =
        new Restart(cursor.place(start).position(cursor.server(), 0), assembler.label().previous());
    ledger.prepared(xid, new Prepared(restart, xaRows));
    assembler.openXa(ledger.oldest());
    end();
  }

  /** Ends an XA transaction that was committed at once: its rows stand right before. */
  private void xaOnePhase() throws IOException {
    if (xa != null && xaRows) {
      replay.rows(cursor.place(start));
    }
    end();
  }

  private void xaCommit(Xid xid) throws IOException {
    Prepared prepared = ledger.find(xid);
    if (prepared == null) {
      throw new CdcException(
          StandardErrorCode.SOURCE_XA_LOST,
          "XA COMMIT "
              + xid
              + " at "
              + cursor
              + " ends a transaction that was prepared before the place this stream began at, its"
              + " rows are not known; create the changefeed anew behind it");
    }
    if (prepared.hasRows()) {
      replay.rows(LogPlace.of(prepared.restart().position()));
    }
    ledger.end(xid);
    assembler.openXa(ledger.oldest());
    end();
  }
}

package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.ServerException;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.worker.Threads;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a server's log from a position on. A thread of its own reads the log; when the
 * connection is lost it makes another, and goes on with the transaction it was in.
 *
 * <p><i>Threads:</i> {@link #poll} one at a time; {@link #close} any.
 */
final class MySqlStream implements ChangeStream {
  private static final Logger LOG = System.getLogger(MySqlStream.class.getName());
  private static final int QUEUED_SLICES = 4;
  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long MOST_BACKOFF_MILLIS = 10_000;
  private static final int DAMAGE_LIMIT = 3;
  private static final long UNSHOWN_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long UNSHOWN_BACKOFF_MILLIS = 500;
  private static final long PROMISE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int REPLACED_READER = 1236;

  private final LinkPool pool;
  private final ReaderIdentity reader;
  private final Restart from;
  private final StreamOptions options;
  private final TableBook.Definitions definitions;
  private final Consumer<MySqlStream> onClose;
  private final EventQueue queue;
  private final ServerClock clock;
  private final Thread thread;

  private final LogCursor cursor;
  private final Assembler assembler;
  private @Nullable TransactionReader transactions;
  private long promisedAt;
  private long checkedAt = System.nanoTime();
  private @Nullable SourcePosition waitedAt;
  private long backoff = FIRST_BACKOFF_MILLIS;
  private int damages;
  private boolean unshown;
  private long unshownSince;
  private long progress;

  /** Prepares a stream; {@link #start} connects. */
  MySqlStream(
      LinkPool pool,
      ReaderIdentity reader,
      Restart from,
      StreamOptions options,
      TableBook.Definitions definitions,
      Threads threads,
      Consumer<MySqlStream> onClose) {
    this.pool = pool;
    this.reader = reader;
    this.from = from;
    this.options = options;
    this.definitions = definitions;
    this.onClose = onClose;
    this.queue = new EventQueue((long) QUEUED_SLICES * options.sliceBytes());
    this.clock = new ServerClock(pool);
    this.cursor = new LogCursor(from.position().server(), LogPlace.of(from.position()));
    Labels labels = new Labels(from.ts());
    this.labels = labels;
    this.assembler = new Assembler(queue, labels, cursor, options.sliceBytes(), from);
    this.thread = threads.named(options.stream() + "-binlog", this::run);
  }

  private final Labels labels;

  /**
   * Connects and begins to read.
   *
   * @throws CdcException as {@link io.millrace.api.source.ChangeSource#open} does
   */
  void start() {
    Dump first;
    try {
      first = connect();
    } catch (ServerException e) {
      throw refused(e);
    } catch (IOException e) {
      throw LinkPool.unavailable(pool.address(), e);
    }
    firstDump = first;
    thread.start();
  }

  private @Nullable Dump firstDump;

  private Dump connect() throws IOException {
    TransactionReader known = transactions;
    LogPlace place = known == null ? cursor.place() : known.resume();
    ServerLink link = pool.open();
    boolean done = false;
    try {
      ServerFacts facts = ServerFacts.of(link);
      clock.set(facts.clockMillis());
      awaitShown(known, facts, place);
      LogPlace begin = LogChecks.readable(link, facts, from.position().server(), place);
      refuseClash(link, facts);
      if (known == null) {
        known = reader(SettingNames.of(link));
        transactions = known;
      }
      known.connected(begin);
      Dump dump = Dump.follow(pool, link, reader, begin, facts.gtidMode());
      done = true;
      LOG.log(
          Level.INFO,
          "reading the log stream={0} server={1} version={2} at={3}",
          options.stream(),
          pool.address().hostAndPort(),
          facts.version(),
          begin);
      return dump;
    } finally {
      if (!done) {
        pool.release(link);
      }
    }
  }

  /** Gives a server that sent transactions some time to commit them. */
  private void awaitShown(@Nullable TransactionReader known, ServerFacts facts, LogPlace place)
      throws IOException {
    boolean same = known != null && facts.identity().equals(from.position().server());
    boolean before = unshown;
    unshown = same && !LogChecks.shows(facts, place);
    if (unshown) {
      long now = System.nanoTime();
      unshownSince = before ? unshownSince : now;
      if (now - unshownSince < UNSHOWN_LIMIT_NANOS) {
        throw new IOException("the upstream has not committed all it sent, or its log was reset");
      }
    }
  }

  private TransactionReader reader(SettingNames names) {
    TableBook book = new TableBook(options, definitions, pool.address().catalogSchemas());
    String server = from.position().server();
    return new TransactionReader(
        cursor,
        assembler,
        book,
        new RowEvents(book, assembler, cursor, names.flavor()),
        names,
        new XaLedger(),
        start ->
            new LogScan(pool)
                .replay(start, server, new RowEvents(book, assembler, cursor, names.flavor())));
  }

  private void refuseClash(ServerLink link, ServerFacts facts) throws IOException {
    if (facts.serverId() == reader.serverId()) {
      throw clash("the server's own");
    }
    boolean renamed = !facts.mariaDb() && ServerFacts.atLeast(facts.version(), 8, 1);
    Rows rows;
    try {
      rows = link.query(renamed ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS");
    } catch (ServerException e) {
      LOG.log(Level.DEBUG, "other readers cannot be listed error={0}", e.getMessage());
      return;
    }
    String mine = Long.toString(reader.serverId());
    for (List<@Nullable String> row : rows.rows()) {
      String uuid =
          rows.value(row, "Slave_UUID").or(() -> rows.value(row, "Replica_UUID")).orElse("");
      boolean same = mine.equals(row.get(0));
      if (same && !uuid.isEmpty() && !uuid.equals(reader.uuid().toString())) {
        throw clash("that of the replica " + uuid);
      }
    }
  }

  private CdcException clash(String whose) {
    return new CdcException(
        StandardErrorCode.SOURCE_SERVER_ID_CLASH,
        "the server id "
            + reader.serverId()
            + " of stream '"
            + options.stream()
            + "' is also "
            + whose
            + "; give that reader another one");
  }

  private void run() {
    Dump dump = firstDump;
    firstDump = null;
    while (!queue.awaitClose(0)) {
      try {
        Dump used = dump == null ? connect() : dump;
        dump = null;
        read(used);
      } catch (RereadException e) {
        LOG.log(Level.DEBUG, "reading a transaction again stream={0}", options.stream());
      } catch (ServerException e) {
        if (!mayRetry(refused(e), e)) {
          return;
        }
      } catch (IOException e) {
        if (!mayRetry(LinkPool.unavailable(pool.address(), e), e)) {
          return;
        }
      } catch (CdcException e) {
        if (!mayRetry(e, e)) {
          return;
        }
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "reading the log failed stream=" + options.stream(), e);
        fail(
            new CdcException(
                StandardErrorCode.SOURCE_UNREADABLE,
                "the log at " + cursor + " cannot be decoded: " + e,
                e));
        return;
      }
    }
  }

  /** Ends the stream with an error, behind all that came before it. */
  private void fail(CdcException error) {
    try {
      assembler.handOver();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closed while failing stream={0}", options.stream());
    } finally {
      queue.fail(error);
    }
  }

  /** Decides on a failure, and waits before the next attempt; false: the stream has ended. */
  private boolean mayRetry(CdcException error, Exception cause) {
    if (queue.awaitClose(0)) {
      return false;
    }
    boolean damage =
        cause instanceof ChecksumException
            || cause instanceof MalformedLogException
            || (cause instanceof ServerException
                && error.code() == StandardErrorCode.SOURCE_UNREADABLE);
    damages = damage && progress == 0 ? damages + 1 : damage ? 1 : 0;
    if (damage && damages >= DAMAGE_LIMIT) {
      fail(
          new CdcException(
              StandardErrorCode.SOURCE_UNREADABLE,
              "the log behind "
                  + cursor
                  + " is damaged, "
                  + DAMAGE_LIMIT
                  + " attempts to read it failed: "
                  + cause.getMessage(),
              cause));
      return false;
    }
    if (!damage && error.code() != StandardErrorCode.SOURCE_UNAVAILABLE) {
      fail(error);
      return false;
    }
    long most = unshown ? UNSHOWN_BACKOFF_MILLIS : MOST_BACKOFF_MILLIS;
    backoff = progress > 0 ? FIRST_BACKOFF_MILLIS : Math.min(most, backoff * 2);
    progress = 0;
    long wait = backoff / 2 + ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
    LOG.log(
        Level.WARNING,
        "connection to the upstream lost stream={0} at={1} retry_ms={2} error={3}",
        options.stream(),
        cursor,
        wait,
        cause.toString());
    return !queue.awaitClose(wait);
  }

  private void read(Dump dump) throws IOException {
    TransactionReader reader = transactions;
    if (reader == null) {
      throw new IllegalStateException("read before connect");
    }
    try (dump) {
      PacketFramer framer = dump.framer();
      LogEvent event = new LogEvent();
      while (framer.next(event)) {
        if (reader.take(event, framer)) {
          progress++;
          promise(framer);
        } else if (event.isHeartbeat() && !reader.isInTransaction()) {
          progress++;
          checkReset();
          labels.clock(clock.millis());
          promiseNow();
        }
      }
      throw new IOException("the server ended the log");
    }
  }

  /** Looks now and then whether the log was reset: the server goes on waiting in the former one. */
  private void checkReset() throws IOException {
    if (System.nanoTime() - checkedAt < CHECK_NANOS) {
      return;
    }
    checkedAt = System.nanoTime();
    LogPlace end;
    try {
      end = pool.ask(ServerFacts::end);
    } catch (CdcException e) {
      LOG.log(Level.DEBUG, "the end of the log was not read error={0}", e.getMessage());
      return;
    }
    LogChecks.notReset(cursor.place(), end);
    SourcePosition here = cursor.bare(cursor.offset());
    boolean behind = end.file() > cursor.file() || end.offset() > cursor.offset();
    if (behind && here.equals(waitedAt)) {
      throw new IOException("the server waits at " + cursor + ", but its log goes on to " + end);
    }
    waitedAt = behind ? here : null;
  }

  /** Promises progress when nothing more is there to read at once, else now and then. */
  private void promise(PacketFramer framer) throws IOException {
    if (!framer.hasMore() || System.nanoTime() - promisedAt > PROMISE_NANOS) {
      promiseNow();
    }
  }

  private void promiseNow() throws IOException {
    assembler.resolved();
    promisedAt = System.nanoTime();
  }

  private CdcException refused(ServerException e) {
    String text = String.valueOf(e.getMessage());
    String lower = text.toLowerCase(Locale.ROOT);
    String said =
        "the upstream "
            + pool.address().hostAndPort()
            + " answers with error "
            + e.getErrorCode()
            + ": "
            + text;
    if (lower.contains("same server_uuid/server_id")) {
      return clash("in use by another reader");
    }
    StandardErrorCode code = StandardErrorCode.SOURCE_UNAVAILABLE;
    if (e.getErrorCode() == 1227 || e.getErrorCode() == 1045 || e.getErrorCode() == 1142) {
      code = StandardErrorCode.SOURCE_SETTINGS;
    } else if (e.getErrorCode() == REPLACED_READER) {
      boolean gone = lower.contains("could not find") || lower.contains("purged");
      code = gone ? lostOrUnavailable(lower) : StandardErrorCode.SOURCE_UNREADABLE;
    }
    return new CdcException(code, said, e);
  }

  /** A file that is gone is told with the first position by the checks of the next connection. */
  private static StandardErrorCode lostOrUnavailable(String text) {
    return text.contains("purged")
        ? StandardErrorCode.SNAPSHOT_LOST_BY_GC
        : StandardErrorCode.SOURCE_UNAVAILABLE;
  }

  @Override
  public List<ChangeEvent> poll(Duration wait) {
    return queue.poll(wait);
  }

  @Override
  public void close() {
    queue.close();
    pool.close();
    onClose.accept(this);
  }

  /** Returns the position the stream was opened at. */
  @Override
  public String toString() {
    SourcePosition position = from.position();
    return "stream " + options.stream() + " from " + position;
  }
}

package io.millrace.core.owner;

import com.google.common.base.Ticker;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Worker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Looks at the upstream about once a second, and lists its tables when asked.
 *
 * <p><i>Threads:</i> its worker; all else any.
 */
final class UpstreamWatch implements Worker {
  private static final Logger LOG = System.getLogger(UpstreamWatch.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final ChangeSource source;
  private final Crew crew;
  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong asked = new AtomicLong();
  private Optional<Long> lookedAt = Optional.empty();
  private volatile Optional<Trouble> trouble = Optional.empty();
  private volatile Optional<Seen> seen = Optional.empty();
  private volatile Survey survey = new Survey(0, List.of(), Optional.empty());
  private volatile boolean closed;

  /**
   * The upstream at a moment.
   *
   * @param head the end of its log
   * @param oldest the first position that can still be read
   * @param oldestTs when the log there was begun, where that is known
   */
  record Seen(Head head, SourcePosition oldest, Optional<Tso> oldestTs) {}

  /**
   * A listing of tables.
   *
   * @param number grows with each
   * @param tables all tables
   * @param asOf a place of the log at which they were all as listed, or later
   */
  record Survey(long number, List<TableSchema> tables, Optional<SourcePosition> asOf) {}

  /**
   * Why the last look failed.
   *
   * @param cause what was met
   * @param asked the number of the last survey asked for when the look began
   */
  private record Trouble(Throwable cause, long asked) {}

  UpstreamWatch(ChangeSource source, Crew crew, Ticker ticker) {
    this.source = source;
    this.crew = crew;
    this.ticker = ticker;
  }

  Optional<Seen> seen() {
    return seen;
  }

  /**
   * Returns why the last look failed; empty: it did not, or began before a survey was asked for.
   */
  Optional<Throwable> trouble(long survey) {
    return trouble.filter(met -> met.asked() >= survey).map(Trouble::cause);
  }

  /** Returns the number of a survey that begins after this call. */
  long ask() {
    long number = asked.incrementAndGet();
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return number;
  }

  /** Returns the last survey. */
  Survey survey() {
    return survey;
  }

  @Override
  public boolean work() {
    boolean due = lookedAt.map(at -> ticker.read() - at >= EVERY.toNanos()).orElse(true);
    long last = asked.get();
    boolean wanted = last > survey.number();
    if (closed || (!due && !wanted)) {
      rest(true);
      return false;
    }
    try {
      if (wanted) {
        list();
      }
      look();
      lookedAt = Optional.of(ticker.read());
      trouble = Optional.empty();
      return true;
    } catch (RuntimeException | Error e) {
      lookedAt = Optional.of(ticker.read());
      if (!closed) {
        LOG.log(trouble.isPresent() ? Level.DEBUG : Level.WARNING, "upstream does not answer", e);
        trouble = Optional.of(new Trouble(e, last));
        rest(false);
      }
      return false;
    }
  }

  private void look() {
    Head head = source.now();
    SourcePosition oldest = source.oldest();
    Optional<Tso> since =
        seen.filter(before -> before.oldest().equals(oldest)).flatMap(Seen::oldestTs);
    seen = Optional.of(new Seen(head, oldest, since));
    if (since.isEmpty()) {
      // last, for it takes a connection of its own: if that fails, all else is known
      seen = Optional.of(new Seen(head, oldest, source.oldestTs()));
    }
  }

  private void list() {
    long number = asked.get();
    List<TableSchema> tables = source.tables();
    survey = new Survey(number, List.copyOf(tables), Optional.of(source.now().end()));
  }

  private void rest(boolean untilAsked) {
    lock.lock();
    try {
      long left = crew.patience().toNanos();
      while (!closed && left > 0 && !(untilAsked && asked.get() > survey.number())) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

package io.millrace.testkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.api.CdcException;
import io.millrace.api.TableName;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every sink must do. A subclass opens sinks that all write one downstream, which is empty
 * when a test begins.
 *
 * <p><i>Source:</i> the documentation of {@link Sink}.
 */
@Timeout(120)
public abstract class SinkContract {
  private static final TableSchema T = SinkFeed.table("t");
  private static final TableSchema U = SinkFeed.table("u");

  private final List<Sink> opened = new ArrayList<>();

  /** For subclasses. */
  protected SinkContract() {}

  /**
   * Opens a sink of a capture that starts now. Every capture that had one before is gone: what the
   * owner would do so that none of its writes takes effect any more is done.
   */
  protected abstract Sink open();

  /** Lets happen what durability waits for: time passes, rows are acknowledged. */
  protected abstract void settle();

  /**
   * Returns the ids of the rows of a table that the downstream holds, in the order of writing, with
   * rows that were voided left out; empty where the downstream keeps nothing.
   */
  protected abstract Optional<List<Long>> stored(TableName table);

  /**
   * Returns how many schema changes of a table the downstream has taken; empty where it keeps none.
   */
  protected Optional<Integer> schemaChanges(TableName table) {
    return Optional.empty();
  }

  /**
   * Returns whether the downstream itself refuses a capture that is gone, in whatever place of its
   * work that goes on.
   */
  protected boolean isFenced() {
    return false;
  }

  /** Makes the next write block for ever, where that is possible. */
  protected void block() {}

  /** Returns how long a blocked writer may take to end when its sink is closed. */
  protected Duration patience() {
    return Duration.ofSeconds(10);
  }

  /** Closes what a test opened. */
  @AfterEach
  protected void closeSinks() {
    opened.forEach(Sink::close);
  }

  private Sink opened() {
    Sink sink = open();
    opened.add(sink);
    return sink;
  }

  private void flush(Sink sink, Resolved resolved) {
    Optional<Durable> durable = sink.flush(resolved);
    for (int i = 0; i < 100 && !durable.equals(Optional.of(new Durable(resolved))); i++) {
      settle();
      durable = sink.flush(resolved);
    }
    assertThat(durable).as("durable after a while").contains(new Durable(resolved));
  }

  private void assertStored(TableSchema table, Long... ids) {
    stored(table.name()).ifPresent(rows -> assertThat(rows).containsExactly(ids));
  }

  @Test
  void whatWasFlushedIsStored() {
    Sink sink = opened();
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1, 2)));
    sink.write(SinkFeed.transaction(2, SinkFeed.inserts(U, 3)));
    sink.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 4)));
    flush(sink, SinkFeed.resolvedAfter(3));
    assertStored(T, 1L, 2L, 4L);
    assertStored(U, 3L);
  }

  @Test
  void withoutRowsEverythingIsDurableAtOnce() {
    Sink sink = opened();
    assertThat(sink.flush(SinkFeed.resolvedAfter(0)))
        .contains(new Durable(SinkFeed.resolvedAfter(0)));
    sink.write(SinkFeed.transaction(1, List.of()));
    assertThat(sink.flush(SinkFeed.resolvedAfter(1)))
        .contains(new Durable(SinkFeed.resolvedAfter(1)));
    sink.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 1)));
    flush(sink, SinkFeed.resolvedAfter(2));
    assertThat(sink.flush(SinkFeed.resolvedAfter(7)))
        .contains(new Durable(SinkFeed.resolvedAfter(7)));
  }

  @Test
  void theAnswerNeverGoesBack() {
    Sink sink = opened();
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(sink, SinkFeed.resolvedAfter(1));
    assertThat(sink.flush(SinkFeed.resolvedAfter(0)))
        .contains(new Durable(SinkFeed.resolvedAfter(1)));
    sink.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 2)));
    Optional<Durable> early = sink.flush(SinkFeed.resolvedAfter(1));
    assertThat(early).contains(new Durable(SinkFeed.resolvedAfter(1)));
    flush(sink, SinkFeed.resolvedAfter(2));
  }

  @Test
  void anOpenTransactionIsNotCovered() {
    Sink sink = opened();
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    sink.write(SinkFeed.slice(2, 0, false, SinkFeed.inserts(T, 2)));
    flush(sink, SinkFeed.resolvedAfter(1));
    settle();
    assertThat(sink.flush(SinkFeed.resolvedAfter(2)))
        .contains(new Durable(SinkFeed.resolvedAfter(1)));
    sink.write(SinkFeed.slice(2, 1, false, SinkFeed.inserts(T, 3)));
    sink.write(SinkFeed.slice(2, 2, true, List.of()));
    flush(sink, SinkFeed.resolvedAfter(2));
    assertStored(T, 1L, 2L, 3L);
  }

  @Test
  void sliceZeroVoidsAnOpenTransaction() {
    Sink sink = opened();
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    sink.write(SinkFeed.slice(2, 0, false, SinkFeed.inserts(T, 2)));
    sink.write(SinkFeed.slice(2, 1, false, SinkFeed.inserts(U, 3)));
    sink.write(SinkFeed.slice(2, 0, false, SinkFeed.inserts(T, 2)));
    sink.write(SinkFeed.slice(2, 1, true, SinkFeed.inserts(U, 3)));
    sink.write(SinkFeed.slice(3, 0, false, SinkFeed.inserts(T, 90)));
    sink.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 4)));
    flush(sink, SinkFeed.resolvedAfter(3));
    assertStored(T, 1L, 2L, 4L);
    assertStored(U, 3L);
  }

  @Test
  void schemaChangesAndCheckpointsKeepTheOrder() {
    Sink sink = opened();
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(sink, SinkFeed.resolvedAfter(1));
    sink.checkpoint(SinkFeed.resolvedAfter(1).ts(), Set.of(T.name()));
    sink.write(SinkFeed.addColumn(2, T));
    sink.write(SinkFeed.addColumn(2, T));
    sink.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 2)));
    flush(sink, SinkFeed.resolvedAfter(3));
    sink.checkpoint(SinkFeed.resolvedAfter(3).ts(), Set.of(T.name()));
    assertStored(T, 1L, 2L);
  }

  @Test
  void aSchemaChangeIsInEffectOnReturn() {
    Sink killed = opened();
    killed.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(killed, SinkFeed.resolvedAfter(1));
    killed.write(SinkFeed.addColumn(2, T));
    schemaChanges(T.name()).ifPresent(changes -> assertThat(changes).isPositive());
    Sink next = opened();
    schemaChanges(T.name()).ifPresent(changes -> assertThat(changes).isPositive());
    next.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 2)));
    flush(next, SinkFeed.resolvedAfter(3));
    assertStored(T, 1L, 2L);
  }

  @Test
  void aCaptureThatIsGoneWritesNothingMore() {
    assumeTrue(isFenced(), "this downstream does not refuse captures that are gone");
    Sink gone = opened();
    gone.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(gone, SinkFeed.resolvedAfter(1));
    gone.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 90)));
    Sink next = opened();
    assertThat(goesOn(gone)).as("the capture that is gone was answered").isFalse();
    settle();
    next.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 2)));
    flush(next, SinkFeed.resolvedAfter(2));
    assertStored(T, 1L, 2L);
  }

  /** Returns whether a sink flushed what it should not have. */
  private boolean goesOn(Sink gone) {
    try {
      gone.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 91)));
      Optional<Durable> answer = gone.flush(SinkFeed.resolvedAfter(3));
      settle();
      return answer.equals(gone.flush(SinkFeed.resolvedAfter(3)))
          && answer.equals(Optional.of(new Durable(SinkFeed.resolvedAfter(3))));
    } catch (CdcException e) {
      return false;
    }
  }

  @Test
  void aSinkOpenedAgainGoesOn() {
    Sink first = opened();
    first.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(first, SinkFeed.resolvedAfter(1));
    first.write(SinkFeed.addColumn(2, T));
    first.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 2)));
    flush(first, SinkFeed.resolvedAfter(3));
    first.close();
    first.close();
    Sink second = opened();
    second.write(SinkFeed.transaction(4, SinkFeed.inserts(T, 3)));
    flush(second, SinkFeed.resolvedAfter(4));
    assertStored(T, 1L, 2L, 3L);
  }

  @Test
  void aKilledSinkLosesNothingThatWasDurable() {
    Sink killed = opened();
    killed.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(killed, SinkFeed.resolvedAfter(1));
    killed.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 2)));
    killed.write(SinkFeed.slice(3, 0, false, SinkFeed.inserts(T, 3)));
    Sink next = opened();
    next.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 2)));
    next.write(SinkFeed.transaction(3, SinkFeed.inserts(T, 3, 4)));
    flush(next, SinkFeed.resolvedAfter(3));
    stored(T.name()).ifPresent(rows -> assertComplete(rows, 4));
  }

  /** Checks that ids from 1 to {@code last} came in order, repeated only by going back. */
  private static void assertComplete(List<Long> rows, long last) {
    long highest = 0;
    for (long row : rows) {
      assertThat(row).as("row after %d in %s", highest, rows).isBetween(1L, highest + 1);
      highest = Math.max(highest, row);
    }
    assertThat(highest).isEqualTo(last);
  }

  @Test
  void closeFreesABlockedWriter() throws Exception {
    Sink sink = opened();
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    block();
    CompletableFuture<Integer> writer =
        CompletableFuture.supplyAsync(
            () -> {
              int transaction = 1;
              writing.countDown();
              do {
                try {
                  sink.write(
                      SinkFeed.transaction(
                          transaction, List.of(SinkFeed.insert(T, transaction, 10_000))));
                  transaction++;
                } catch (CdcException e) {
                  return transaction;
                }
              } while (closed.getCount() > 0);
              return transaction;
            });
    writing.await();
    sink.close();
    closed.countDown();
    assertThat(writer).as("the writer of a closed sink").succeedsWithin(patience());
  }

  @Test
  void anyCourseOfEventsEndsComplete() {
    for (long seed = 1; seed <= 12; seed++) {
      new Course(seed).run();
    }
  }

  /** A random course of writes, flushes, begun-again transactions and kills. */
  private final class Course {
    private static final int TRANSACTIONS = 40;

    private final SplittableRandom random;
    private final TableSchema table;
    private int durable;
    private int next = 1;

    Course(long seed) {
      random = new SplittableRandom(seed);
      table = SinkFeed.table("course" + seed);
    }

    void run() {
      Sink sink = opened();
      while (next <= TRANSACTIONS) {
        write(sink);
        if (random.nextInt(4) == 0) {
          settle();
        }
        if (random.nextInt(2) == 0) {
          observe(sink.flush(SinkFeed.resolvedAfter(next - 1)));
        }
        if (random.nextInt(12) == 0) {
          if (random.nextBoolean()) {
            sink.close();
          }
          sink = opened();
          next = durable + 1;
        }
      }
      flush(sink, SinkFeed.resolvedAfter(TRANSACTIONS));
      stored(table.name()).ifPresent(rows -> assertComplete(rows, TRANSACTIONS * 3));
      sink.close();
    }

    private void observe(Optional<Durable> answer) {
      if (answer.isEmpty()) {
        return;
      }
      int upTo = (int) (answer.get().upTo().ts().value() - SinkFeed.START.value());
      assertThat(upTo).isBetween(durable, next - 1);
      durable = upTo;
      stored(table.name())
          .ifPresent(
              rows ->
                  assertThat(rows.stream().mapToLong(Long::longValue).max().orElse(0))
                      .as("what is stored when %d transactions are durable", upTo)
                      .isGreaterThanOrEqualTo(upTo * 3L));
    }

    private void write(Sink sink) {
      long first = next * 3L - 2;
      if (random.nextInt(3) > 0) {
        sink.write(
            SinkFeed.transaction(next, SinkFeed.inserts(table, first, first + 1, first + 2)));
      } else {
        for (int attempts = random.nextInt(3); attempts > 0; attempts--) {
          slice(sink, 0, first);
          if (random.nextBoolean()) {
            slice(sink, 1, first + 1);
          }
          if (next > 1) {
            observe(sink.flush(SinkFeed.resolvedAfter(next - 1)));
          }
        }
        slice(sink, 0, first);
        slice(sink, 1, first + 1);
        sink.write(SinkFeed.slice(next, 2, true, SinkFeed.inserts(table, first + 2)));
      }
      next++;
    }

    private void slice(Sink sink, int slice, long id) {
      RowBatch batch = SinkFeed.slice(next, slice, false, SinkFeed.inserts(table, id));
      sink.write(batch);
    }
  }
}

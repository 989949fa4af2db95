package io.millrace.testkit.source;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The rules of the events of one stream, checked one by one as they come: positions and labels
 * ascend, slices follow one another, promises are kept, no row comes of a table that is not wanted
 * or was not announced.
 *
 * <p><i>Threads:</i> one. <i>Source:</i> the documentation of {@link
 * io.millrace.api.source.ChangeStream} and of the events.
 */
public final class StreamRules {
  private final Predicate<TableName> wanted;
  private final Set<TableName> announced;
  private Optional<Resolved> promise = Optional.empty();
  private Optional<RowBatch> open = Optional.empty();
  private Optional<RowBatch> ended = Optional.empty();
  private Optional<SchemaChange> changed = Optional.empty();

  /**
   * Creates rules for one stream.
   *
   * @param wanted the tables asked for
   * @param known the tables the stream was told of when it was opened
   */
  public StreamRules(Predicate<TableName> wanted, Set<TableName> known) {
    this.wanted = wanted;
    this.announced = new HashSet<>(known);
  }

  /**
   * Takes the next event.
   *
   * @throws AssertionError if it breaks a rule
   */
  public void take(ChangeEvent event) {
    if (event instanceof RowBatch batch) {
      rows(batch);
    } else if (event instanceof SchemaChange change) {
      change(change);
    } else if (event instanceof Resolved resolved) {
      resolved(resolved);
    }
  }

  /** Returns whether a transaction has begun and not ended. */
  public boolean isInTransaction() {
    return open.isPresent();
  }

  private void rows(RowBatch batch) {
    kept(batch, batch.position(), batch.commitTs());
    if (batch.slice() == 0) {
      ended.ifPresent(
          last -> {
            check(last.position().isBefore(batch.position()), batch, "is not behind", last);
            check(isAfter(batch.commitTs(), last.commitTs()), batch, "is labelled before", last);
          });
      open.ifPresent(
          last -> check(!batch.position().isBefore(last.position()), batch, "goes back to", last));
      changed.ifPresent(
          last ->
              check(!batch.position().isBefore(start(last)), batch, "comes too late behind", last));
    } else {
      RowBatch before = open.orElseThrow(() -> broken(batch, "begins nothing, last ended", ended));
      check(before.position().equals(batch.position()), batch, "is no part of", before);
      check(before.slice() + 1 == batch.slice(), batch, "does not follow", before);
      check(before.commitTs().equals(batch.commitTs()), batch, "is labelled unlike", before);
    }
    check(!batch.rows().isEmpty() || batch.slice() > 0, batch, "has no rows", "");
    batch.rows().forEach(row -> row(batch, row));
    open = batch.endOfTransaction() ? Optional.empty() : Optional.of(batch);
    ended = batch.endOfTransaction() ? Optional.of(batch) : ended;
  }

  private void row(RowBatch batch, RowChange row) {
    TableName table = row.table().name();
    check(wanted.test(table), batch, "has a row of a table not wanted:", table);
    check(announced.contains(table), batch, "has a row of a table not announced:", table);
  }

  private void change(SchemaChange change) {
    kept(change, change.position(), change.commitTs());
    changed.ifPresent(
        last -> check(last.position().isBefore(change.position()), change, "is not behind", last));
    ended.ifPresent(
        last -> check(last.position().isBefore(start(change)), change, "is not behind", last));
    for (TableChange table : change.tables()) {
      table.before().ifPresent(announced::remove);
      table.after().ifPresent(announced::add);
    }
  }

  private static SourcePosition start(SchemaChange change) {
    SourcePosition at = change.position();
    return new SourcePosition(at.server(), at.file(), at.offset(), 0, "");
  }

  private void resolved(Resolved resolved) {
    promise.ifPresent(
        last -> {
          check(!isAfter(last.ts(), resolved.ts()), resolved, "is earlier than", last);
          check(!resolved.position().isBefore(last.position()), resolved, "lies before", last);
          check(
              !resolved.restart().position().isBefore(last.restart().position()),
              resolved,
              "restarts before",
              last);
        });
    check(
        !resolved.position().isBefore(resolved.restart().position()),
        resolved,
        "restarts behind itself",
        "");
    open.ifPresent(
        last ->
            check(
                !last.position().isBefore(resolved.position()), resolved, "is behind open", last));
    promise = Optional.of(resolved);
  }

  private void kept(ChangeEvent event, SourcePosition at, Tso ts) {
    promise.ifPresent(
        last -> {
          check(!at.isBefore(last.position()), event, "lies before the promise", last);
          check(isAfter(ts, last.ts()), event, "is labelled before the promise", last);
        });
  }

  private static boolean isAfter(Tso a, Tso b) {
    return a.compareTo(b) > 0;
  }

  private static void check(boolean rule, ChangeEvent event, String how, Object what) {
    if (!rule) {
      throw broken(event, how, what);
    }
  }

  private static AssertionError broken(ChangeEvent event, String how, Object what) {
    return new AssertionError(brief(event) + " " + how + " " + brief(what));
  }

  /** Returns an event without its rows. */
  private static String brief(Object event) {
    return event instanceof RowBatch batch
        ? "slice %d at %s ts %s, %d rows"
            .formatted(batch.slice(), batch.position(), batch.commitTs(), batch.rows().size())
        : String.valueOf(event);
  }
}

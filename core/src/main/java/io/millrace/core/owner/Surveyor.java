package io.millrace.core.owner;

import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.store.Txn;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.meta.SchemaRecord;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.meta.Versioned;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the tables that the upstream lists into a changefeed, once for each generation of its
 * specification.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class Surveyor {
  private final UpstreamWatch upstream;
  private long askedSurvey = -1;
  private long askedFor = -1;

  Surveyor(UpstreamWatch upstream) {
    this.upstream = upstream;
  }

  /** Returns why the upstream does not list its tables, where it was asked to. */
  Optional<Throwable> trouble(StatusRecord status) {
    return status.surveyed() || askedFor != status.generation()
        ? Optional.empty()
        : upstream.trouble(askedSurvey);
  }

  /** Takes as many tables as one decision holds, once they are listed. */
  Optional<Txn> take(Tick tick, ChangefeedFilter filter) {
    StatusRecord status = tick.status();
    if (askedFor != status.generation()) {
      askedFor = status.generation();
      askedSurvey = upstream.ask();
    }
    UpstreamWatch.Survey survey = upstream.survey();
    Optional<SourcePosition> asOf = survey.asOf();
    if (survey.number() < askedSurvey || asOf.isEmpty()) {
      return Optional.empty();
    }
    Set<TableName> known = new HashSet<>();
    Patches patches = tick.patches();
    long next = status.nextTable();
    boolean all = true;
    for (Versioned<SchemaRecord> table : tick.feed().tables()) {
      known.add(table.value().name());
      // the filter may have been another before: what is kept of a table that is not followed ages
      if (!filter.matches(table.value().name())) {
        if (patches.isFull()) {
          all = false;
          break;
        }
        patches.delete(table);
      }
    }
    for (TableSchema table : survey.tables()) {
      if (table.view() || known.contains(table.name()) || !filter.accepts(table)) {
        continue;
      }
      if (patches.isFull()) {
        all = false;
        break;
      }
      patches.put(
          new SchemaRecord(new TableId(next++), table.name(), Optional.of(table), asOf.get()));
    }
    return Optional.of(patches.put(status.withTables(next, all)).txn());
  }
}

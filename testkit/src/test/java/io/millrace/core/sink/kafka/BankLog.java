package io.millrace.core.sink.kafka;

import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.SourceRequest;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.source.datagen.DatagenSourceProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All there is to come in the log of a made-up upstream.
 *
 * @param changes all its changes
 * @param last the commit ts of the last one
 */
record BankLog(Set<Change> changes, long last) {
  private static final Duration WAIT = Duration.ofMillis(10);

  /** Reads the log of an upstream as it will be one day. */
  static BankLog of(String uri) {
    Instant oneDay = Instant.now().plus(Duration.ofDays(1));
    Set<Change> changes = new HashSet<>();
    long last = 0;
    try (ChangeSource source =
        new DatagenSourceProvider(() -> oneDay)
            .open(
                new SourceRequest(
                    ConnectorUri.parse(uri, StandardErrorCode.SOURCE_URI_INVALID),
                    "reference",
                    Optional.empty()))) {
      Set<TableName> tables =
          source.tables().stream().map(TableSchema::name).collect(Collectors.toSet());
      StreamOptions options = new StreamOptions("reference", tables::contains, Map.of());
      long end = source.now().ts().value();
      try (ChangeStream stream = source.open(new Restart(source.oldest(), Tso.ZERO), options)) {
        boolean more = true;
        while (more) {
          for (ChangeEvent event : stream.poll(WAIT)) {
            if (event instanceof RowBatch batch) {
              last = batch.commitTs().value();
              for (RowChange row : batch.rows()) {
                changes.add(change(row, last));
              }
            } else if (event instanceof Resolved resolved) {
              more = resolved.ts().value() < end && more;
            }
          }
        }
      }
    }
    return new BankLog(changes, last);
  }

  private static Change change(RowChange row, long ts) {
    Row image = row.kind() == RowChange.Kind.DELETE ? row.before() : row.after();
    return new Change(row.table().name().table(), image.longAt(0), ts);
  }
}

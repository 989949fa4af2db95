package io.millrace.core.processor;

import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.SchemaChange;
import io.millrace.core.meta.PositionRecord.Failure;
import java.util.Optional;

/**
 * How far a processor is.
 *
 * @param checkpoint what is durable
 * @param resolved what was read
 * @param waiting the schema change before which it waits
 * @param failure what stopped it
 */
record Progress(
    Resolved checkpoint, Tso resolved, Optional<SchemaChange> waiting, Optional<Failure> failure) {

  Progress at(Resolved durable) {
    return new Progress(durable, Tso.max(resolved, durable.ts()), waiting, failure);
  }

  Progress read(Tso ts) {
    return new Progress(checkpoint, Tso.max(resolved, ts), waiting, failure);
  }

  Progress waiting(Optional<SchemaChange> change) {
    return new Progress(checkpoint, resolved, change, failure);
  }

  /** Returns the progress of a processor that has failed; the first failure counts. */
  Progress failed(Failure what) {
    return failure.isPresent()
        ? this
        : new Progress(checkpoint, resolved, waiting, Optional.of(what));
  }
}

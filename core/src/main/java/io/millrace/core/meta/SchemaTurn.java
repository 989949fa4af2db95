package io.millrace.core.meta;

import io.millrace.api.CaptureId;
import io.millrace.api.event.SourcePosition;

/**
 * A schema change's turn: nothing before it is read again, nothing behind it is read yet.
 *
 * @param position the change's place
 * @param phase how far it is
 * @param executor the capture that applies it, as owner
 */
public record SchemaTurn(SourcePosition position, Phase phase, CaptureId executor) {
  /** How far a schema change is. */
  public enum Phase {
    /** The executor applies it downstream. */
    APPLYING,
    /** It is applied, and all its consequences are recorded. */
    APPLIED
  }

  /** Returns whether a change at a position is done with. */
  public boolean covers(SourcePosition change) {
    return phase == Phase.APPLIED && change.compareTo(position) <= 0;
  }
}

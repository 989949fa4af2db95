package io.millrace.api.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.snapshot.SqlSnapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens downstreams of one URI scheme. <i>Threads:</i> any. */
public interface SinkProvider {
  /**
   * Checks URI and configuration without any I/O.
   *
   * @throws CdcException {@link StandardErrorCode#SINK_URI_INVALID} or the scheme's own code,
   *     naming the parameter
   */
  void validate(SinkRequest request);

  /**
   * Reaches the downstream and writes no data.
   *
   * @param limit how long it may take
   * @throws CdcException the scheme's own code
   */
  void dial(SinkRequest request, Duration limit);

  /**
   * Opens a sink; claims the request's tables downstream under its epoch where that is possible.
   *
   * @throws CdcException {@link StandardErrorCode#EPOCH_BEHIND} if a later assignment has claimed
   *     one of them
   */
  Sink open(SinkRequest request);

  /**
   * Returns when no earlier write of a capture can take effect any more; does nothing where that is
   * impossible.
   */
  void fence(SinkRequest request, CaptureId gone);

  /**
   * Returns what opens snapshots of the downstream's rows, or empty where they cannot be read by
   * SQL. No I/O; opening one throws {@link CdcException} where it does not succeed.
   */
  default Optional<Supplier<SqlSnapshot>> snapshots(SinkRequest request) {
    return Optional.empty();
  }

  /**
   * Deletes what sinks noted downstream for themselves of a changefeed that was removed; does
   * nothing where they note nothing. Called once nothing of the changefeed writes any more; it
   * takes seconds at most, also where the downstream is out of reach.
   *
   * @throws CdcException the scheme's own code, if the notes stay
   */
  default void forget(SinkRequest request) {}

  /**
   * Returns whether the sinks leave columns out as the configuration's column selectors say. Where
   * not, a changefeed with selectors is refused, so that nothing is sent that somebody wanted to
   * keep back.
   */
  default boolean selectsColumns() {
    return false;
  }
}

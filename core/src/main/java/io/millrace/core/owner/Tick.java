package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.event.Resolved;
import io.millrace.core.meta.ClusterState;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.StatusRecord;
import io.millrace.core.schedule.Points;
import java.time.Instant;

/**
 * What one decision about a changefeed is made from.
 *
 * @param state the cluster as stored
 * @param feed the changefeed in it
 * @param status its status
 * @param now when it is made
 */
record Tick(ClusterState state, Feed feed, StatusRecord status, Instant now) {
  /** Returns a decision that is yet to be put together. */
  Patches patches() {
    return new Patches(state.keys(), feed);
  }

  /** Returns the point that all of the changefeed's tables have reached, as the captures tell. */
  Resolved checkpoint() {
    return Points.checkpoint(feed, status);
  }

  /** Returns whether a capture is registered. */
  boolean isAlive(CaptureId capture) {
    return state.captures().containsKey(capture);
  }
}

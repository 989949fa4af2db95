package io.millrace.api.changefeed;

import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
import io.millrace.api.Tso;
import java.util.Optional;

/**
 * A changefeed in a list.
 *
 * @param id the changefeed
 * @param state its state
 * @param checkpoint everything at or below it is durable downstream; the start ts before any
 *     progress
 * @param error what it last met, in states error, failed and stopped; in state normal, that it
 *     stands still although the upstream goes on
 */
public record ChangefeedSummary(
    ChangefeedId id, ChangefeedState state, Tso checkpoint, Optional<RunningError> error) {}

package io.millrace.core.owner;

import com.google.common.base.Ticker;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.metrics.Meters;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Mandate;
import java.time.Duration;
import java.time.ZoneId;
import java.util.random.RandomGenerator;

/**
 * What an owner works with.
 *
 * @param self this capture, as it registered
 * @param source the upstream
 * @param sinks the downstreams it can open
 * @param zone the node's zone
 * @param crew keeps workers at work
 * @param mandate until when they may write
 * @param ticker measures intervals
 * @param meters measure what heralds do
 * @param random spreads attempts
 * @param stallAfter for how long a checkpoint may stand still before that is shown
 */
public record OwnerTools(
    CaptureRecord self,
    ChangeSource source,
    Schemes<SinkProvider> sinks,
    ZoneId zone,
    Crew crew,
    Mandate mandate,
    Ticker ticker,
    Meters meters,
    RandomGenerator random,
    Duration stallAfter) {}

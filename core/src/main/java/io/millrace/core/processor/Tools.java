package io.millrace.core.processor;

import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.core.connector.Schemes;
import io.millrace.core.meta.CaptureRecord;
import io.millrace.core.metrics.Meters;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Mandate;
import java.time.InstantSource;
import java.time.ZoneId;

/**
 * What all processors of one capture use.
 *
 * @param self this capture, as it registered
 * @param source the upstream
 * @param sinks the downstreams it can open
 * @param zone the node's zone
 * @param crew keeps workers at work
 * @param mandate until when they may write
 * @param clock the wall clock
 * @param meters measure what they do
 * @param bufferBytes how much a processor may hold between intake and outlet, in bytes
 */
public record Tools(
    CaptureRecord self,
    ChangeSource source,
    Schemes<SinkProvider> sinks,
    ZoneId zone,
    Crew crew,
    Mandate mandate,
    InstantSource clock,
    Meters meters,
    long bufferBytes) {}

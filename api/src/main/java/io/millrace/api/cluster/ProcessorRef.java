package io.millrace.api.cluster;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;

/**
 * A changefeed's work on one capture, by name.
 *
 * @param changefeed the changefeed
 * @param capture the capture
 */
public record ProcessorRef(ChangefeedId changefeed, CaptureId capture) {}

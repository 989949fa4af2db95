package io.millrace.core.meta;

import io.millrace.api.CaptureId;
import io.millrace.api.changefeed.Verification;

/**
 * A changefeed's last verification. Written by the capture that runs it.
 *
 * @param run names it
 * @param capture who runs it
 * @param verification how it goes
 */
public record VerificationRecord(String run, CaptureId capture, Verification verification) {}

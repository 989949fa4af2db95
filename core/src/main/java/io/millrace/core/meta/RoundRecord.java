package io.millrace.core.meta;

import java.time.Instant;

/**
 * The owner's last round.
 *
 * @param at when it decided
 */
public record RoundRecord(Instant at) {}

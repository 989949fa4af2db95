package io.millrace.core.meta;

import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import java.util.Optional;

/**
 * The upstream as the owner last saw it.
 *
 * @param end where its log ends
 * @param ts its clock there
 * @param oldest the first position that can still be read
 * @param oldestTs when the log there was begun, if the upstream says so
 */
public record UpstreamRecord(
    SourcePosition end, Tso ts, SourcePosition oldest, Optional<Tso> oldestTs) {}

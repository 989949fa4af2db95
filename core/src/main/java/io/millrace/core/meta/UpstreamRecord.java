package io.millrace.core.meta;

import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;

/**
 * The upstream as the owner last saw it.
 *
 * @param end where its log ends
 * @param ts its clock there
 * @param oldest the first position that can still be read
 */
public record UpstreamRecord(SourcePosition end, Tso ts, SourcePosition oldest) {}

package io.millrace.api.cluster;

import io.millrace.api.CaptureId;

/**
 * What a node says of itself.
 *
 * @param version {@code v} and the semantic version of Millrace
 * @param gitHash the commit of the build; may be empty
 * @param id the node's present registration
 * @param pid its process id
 * @param owner whether it is the owner now
 * @param drained whether its tables are taken away from it, and it gets no others
 */
public record ServerStatus(
    String version, String gitHash, CaptureId id, long pid, boolean owner, boolean drained) {}

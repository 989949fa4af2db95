package io.millrace.api.source;

import io.millrace.api.ConnectorUri;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a source is opened with.
 *
 * @param uri the upstream
 * @param cluster the name of the cluster, from which the reader's identity at the upstream is
 *     derived
 * @param certDir the only directory in which certificates that the URI names may lie; empty:
 *     anywhere
 */
public record SourceRequest(ConnectorUri uri, String cluster, Optional<Path> certDir) {}

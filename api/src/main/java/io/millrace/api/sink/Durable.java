package io.millrace.api.sink;

import io.millrace.api.event.Resolved;

/**
 * How far a sink's output survives kill -9 and a power cut of the downstream.
 *
 * @param upTo the latest resolved event, of those given to flush, all of whose rows are durable
 */
public record Durable(Resolved upTo) {}

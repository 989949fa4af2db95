package io.millrace.core.meta;

import java.util.Set;

/**
 * A live capture, as it registered.
 *
 * @param address its advertised {@code host:port}, verbatim
 * @param version its version of Millrace
 * @param pid its process id
 * @param sinks the sink schemes it can write
 * @param consumers the consumers it has
 */
public record CaptureRecord(
    String address, String version, long pid, Set<String> sinks, Set<String> consumers) {
  /** Copies the sets. */
  public CaptureRecord {
    sinks = Set.copyOf(sinks);
    consumers = Set.copyOf(consumers);
  }
}

package io.millrace.core.store.embedded;

import java.io.IOException;

/** A file being written. <i>Threads:</i> one at a time. */
interface DiskFile extends AutoCloseable {
  /** Appends bytes; durable after {@link #sync()}. */
  void append(byte[] bytes) throws IOException;

  /** Makes all that was appended durable. */
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}

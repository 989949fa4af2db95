package io.millrace.core.store.embedded;

import java.io.IOException;
import java.util.Optional;

/**
 * One directory of files, with just the operations whose durability differs. <i>Threads:</i> one at
 * a time.
 */
interface Disk {
  /** Returns a file's whole content, or empty if there is no such file. */
  Optional<byte[]> read(String name) throws IOException;

  /** Creates an empty file, in place of one of that name. */
  DiskFile create(String name) throws IOException;

  /** Opens an existing file to be appended to, cut to a length first. */
  DiskFile open(String name, long length) throws IOException;

  /** Gives a file another name, replacing one of that name; durable after {@link #sync()}. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file if it exists; durable after {@link #sync()}. */
  void delete(String name) throws IOException;

  /** Makes names durable: files created, renamed and deleted. */
  void sync() throws IOException;

  /** Returns how messages name a file. */
  String path(String name);
}

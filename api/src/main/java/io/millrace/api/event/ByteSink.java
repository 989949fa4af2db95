package io.millrace.api.event;

/**
 * Takes the bytes of a value as they are produced, so that none need be gathered first.
 *
 * <p><i>Threads:</i> one at a time.
 */
public interface ByteSink {
  /** Takes one byte, the lowest 8 bits of {@code value}. */
  void write(int value);

  /** Takes a run of bytes; the array belongs to the caller and is valid only during the call. */
  void write(byte[] bytes, int offset, int length);
}

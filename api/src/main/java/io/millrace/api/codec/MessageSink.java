package io.millrace.api.codec;

/** Takes messages from an encoder. <i>Threads:</i> the one that drains the encoder. */
@FunctionalInterface
public interface MessageSink {
  /**
   * Takes one message. Key and value are runs of one array, valid only during the call.
   *
   * @param bytes the encoder's array
   * @param keyOffset where the key begins
   * @param keyLength how long it is, in bytes; -1: the message has no key
   * @param valueOffset where the value begins
   * @param valueLength how long it is, in bytes; -1: the message has no value, as that of a delete
   *     where the queue keeps the last message of each key
   * @param rows how many rows it holds; 0 for schema changes and watermarks
   */
  void accept(
      byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength, int rows);
}

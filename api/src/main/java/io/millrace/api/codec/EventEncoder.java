package io.millrace.api.codec;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;

/**
 * Puts events in the form of one protocol. Protocols that batch put many rows in one message.
 *
 * <p><i>Threads:</i> one; an encoder belongs to one producer, and, as a message goes to one place,
 * takes the rows of one partition only. <i>Errors:</i> {@link CdcException} with {@link
 * StandardErrorCode#ENCODE_FAILED} or {@link StandardErrorCode#MESSAGE_TOO_LARGE}, naming table and
 * size.
 */
public interface EventEncoder {
  /** Takes a row. A row without any image is left out. */
  void append(RowChange row, Tso commitTs);

  /**
   * Hands over what a file of a table's rows begins with, if the protocol has such a thing; for
   * sinks that write files.
   */
  default void header(TableSchema table, MessageSink out) {}

  /** Hands over all messages of the rows taken since the last time, in order. */
  void drain(MessageSink out);

  /** Hands over the message of a schema change, if the protocol has one. */
  void encode(SchemaChange change, MessageSink out);

  /** Hands over the message of a watermark, if the protocol has one. */
  void encodeCheckpoint(Tso ts, MessageSink out);
}

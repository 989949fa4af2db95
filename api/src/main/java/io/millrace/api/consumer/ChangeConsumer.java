package io.millrace.api.consumer;

/**
 * An embedder's own code as the sink of a changefeed.
 *
 * <p><i>Threads:</i> calls come one at a time per capture and changefeed, in order; the callback
 * may block, which holds the changefeed back.
 */
@FunctionalInterface
public interface ChangeConsumer {
  /**
   * Takes one transaction, or one slice of a large one. It may return before it has acknowledged;
   * what is not acknowledged holds the checkpoint back and comes again after a restart.
   *
   * @throws Exception to have the changefeed tried again later from the last acknowledged
   *     transaction
   */
  void accept(Changes changes) throws Exception;
}

package io.millrace.core.sink.mysql;

import io.millrace.core.worker.Threads;

/**
 * Cuts connections on a thread of their own: where one waits for an answer, the driver connects
 * once more to end it, which with a server that is silent takes as long as connecting may.
 *
 * <p><i>Threads:</i> any.
 *
 * @param name the thread's name
 * @param threads gives the thread
 */
record Cutter(String name, Threads threads) {
  /** Returns one for a changefeed. */
  static Cutter of(String changefeed, Threads threads) {
    return new Cutter(changefeed + "-mysql-cut", threads);
  }

  /** Has connections cut, soon. */
  void cut(Runnable close) {
    threads.named(name, close).start();
  }
}

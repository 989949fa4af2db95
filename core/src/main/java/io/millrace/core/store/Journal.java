package io.millrace.core.store;

import java.io.IOException;
import java.util.List;

/** What makes commits durable. <i>Threads:</i> one at a time. */
public interface Journal extends AutoCloseable {
  /** The journal of a store that lives in memory only. */
  Journal NONE =
      new Journal() {
        @Override
        public void append(List<JournalCommit> commits, Image after) {}

        @Override
        public void close() {}
      };

  /**
   * Makes commits durable, all of them before it returns.
   *
   * @param commits at least one, in order of revision
   * @param after what the store holds with these commits applied; read it during the call only
   * @throws IOException if it is unknown whether they are durable; the journal is not used again
   */
  void append(List<JournalCommit> commits, Image after) throws IOException;

  /** Lets the journal go; nothing is written any more. */
  @Override
  void close();
}

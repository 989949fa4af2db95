package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.ServerException;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one user of the upstream: one kept for questions, others made as needed.
 * Closing it cuts all of them, whoever waits on one.
 *
 * <p><i>Threads:</i> any; questions one after the other.
 */
final class LinkPool implements AutoCloseable {
  private static final int ACCESS_DENIED = 1227;
  private static final int SELECT_DENIED = 1142;

  private final UpstreamAddress address;
  private final Set<ServerLink> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock asking = new ReentrantLock();
  private @Nullable ServerLink kept;
  private volatile boolean closed;

  /** What is asked over a connection. */
  interface Question<T> {
    /** Asks it. */
    T ask(ServerLink link) throws IOException;
  }

  /** Creates a pool; connects on first use. */
  LinkPool(UpstreamAddress address) {
    this.address = address;
  }

  /** Returns the upstream's address. */
  UpstreamAddress address() {
    return address;
  }

  /** Opens a connection of the caller's own. */
  ServerLink open() throws IOException {
    ServerLink link = ServerLink.open(address);
    links.add(link);
    if (closed) {
      release(link);
      throw new IOException("the source was closed");
    }
    return link;
  }

  /** Closes a connection. */
  void release(ServerLink link) {
    links.remove(link);
    link.close();
  }

  /**
   * Asks a question, over a new connection if the kept one is dead.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_UNAVAILABLE} if the server does not
   *     answer; {@link StandardErrorCode#SOURCE_SETTINGS} if the user may not ask
   */
  <T> T ask(Question<T> question) {
    asking.lock();
    try {
      ServerLink used = kept;
      if (used != null) {
        try {
          return question.ask(used);
        } catch (ServerException e) {
          throw refused(e);
        } catch (IOException e) {
          drop(used);
        }
      }
      return askAnew(question);
    } finally {
      asking.unlock();
    }
  }

  private <T> T askAnew(Question<T> question) {
    ServerLink fresh = null;
    try {
      fresh = open();
      kept = fresh;
      return question.ask(fresh);
    } catch (ServerException e) {
      throw refused(e);
    } catch (IOException e) {
      if (fresh != null) {
        drop(fresh);
      }
      throw unavailable(address, e);
    }
  }

  private void drop(ServerLink link) {
    kept = null;
    release(link);
  }

  private CdcException refused(ServerException e) {
    boolean grants = e.getErrorCode() == ACCESS_DENIED || e.getErrorCode() == SELECT_DENIED;
    return new CdcException(
        grants ? StandardErrorCode.SOURCE_SETTINGS : StandardErrorCode.SOURCE_UNAVAILABLE,
        "the upstream "
            + address.hostAndPort()
            + " answers with error "
            + e.getErrorCode()
            + ": "
            + e.getMessage(),
        e);
  }

  /** Returns the error that the upstream does not answer. */
  static CdcException unavailable(UpstreamAddress address, IOException e) {
    return new CdcException(
        StandardErrorCode.SOURCE_UNAVAILABLE,
        "the upstream " + address.hostAndPort() + " does not answer, is it up? " + e,
        e);
  }

  /** Cuts all connections; later ones are refused. */
  @Override
  public void close() {
    closed = true;
    links.forEach(ServerLink::close);
    links.clear();
  }
}

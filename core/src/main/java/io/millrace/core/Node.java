package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.store.MetaStore;
import io.millrace.core.capture.CaptureNode;
import io.millrace.core.wiring.Wiring;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.ThreadCrew;
import io.millrace.core.worker.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The life of a node: opened, started, closed; and the door through which every request goes, which
 * is shut while the node is not registered and lets only {@link CdcException} out.
 *
 * <p><i>Threads:</i> any.
 */
final class Node {
  private static final String LISTENER = "failures";

  private final MetaStore store;
  private final ChangeSource source;
  private final CaptureNode engine;
  private final Optional<ThreadCrew> own;
  private final Crew crew;
  private final Optional<Worker> listener;
  private volatile boolean started;
  private volatile boolean closed;
  private boolean allGone;

  private Node(
      MetaStore store,
      ChangeSource source,
      CaptureNode engine,
      Optional<ThreadCrew> own,
      Crew crew,
      Optional<Worker> listener) {
    this.store = store;
    this.source = source;
    this.engine = engine;
    this.own = own;
    this.crew = crew;
    this.listener = listener;
  }

  /**
   * Opens a node's store and upstream.
   *
   * @param own the crew that ends with the node
   * @param crew the crew that it works with
   * @param listener follows the store, given it, beside the engine
   */
  static Node open(
      Wiring parts,
      Optional<ThreadCrew> own,
      Crew crew,
      Optional<Function<MetaStore, Worker>> listener) {
    try {
      MetaStore store = parts.store();
      boolean kept = false;
      try {
        Node node =
            new Node(
                store,
                parts.source(),
                parts.node(),
                own,
                crew,
                listener.map(maker -> maker.apply(store)));
        kept = true;
        return node;
      } finally {
        if (!kept) {
          store.close();
        }
      }
    } catch (RuntimeException e) {
      throw known(e);
    }
  }

  /** Registers the node and begins to work, unless it has begun; returns its registration. */
  synchronized CaptureId start() {
    if (closed) {
      throw notReady();
    }
    if (started) {
      return self();
    }
    try {
      CaptureId id = engine.start();
      listener.ifPresent(worker -> crew.hire(LISTENER, () -> worker));
      started = true;
      return id;
    } catch (RuntimeException e) {
      throw known(e);
    }
  }

  /** Returns whether requests are let in. */
  boolean isReady() {
    return id().isPresent();
  }

  private Optional<CaptureId> id() {
    return started && !closed ? engine.id() : Optional.empty();
  }

  private CaptureId self() {
    return id().orElseThrow(Node::notReady);
  }

  /** Returns the answer to a question, which is given the node's registration. */
  <T> T answer(Function<CaptureId, T> question) {
    CaptureId self = self();
    try {
      return question.apply(self);
    } catch (RuntimeException e) {
      throw closed ? notReady() : known(e);
    }
  }

  /** Does what has no answer. */
  void act(Consumer<CaptureId> command) {
    answer(
        self -> {
          command.accept(self);
          return self;
        });
  }

  /**
   * Ends the work, then lets go of upstream and store.
   *
   * @return whether all threads of the node's own crew ended in time
   */
  synchronized boolean close(Duration timeout) {
    if (closed) {
      return allGone;
    }
    closed = true;
    try {
      crew.dismiss(LISTENER);
      engine.close();
      allGone = own.map(each -> each.close(timeout).isEmpty()).orElse(true);
      return allGone;
    } catch (RuntimeException e) {
      throw known(e);
    } finally {
      try {
        source.close();
      } finally {
        store.close();
      }
    }
  }

  private static CdcException notReady() {
    return new CdcException(StandardErrorCode.SERVER_IS_NOT_READY, "cdc server is not ready");
  }

  private static CdcException known(RuntimeException e) {
    return e instanceof CdcException cdc
        ? cdc
        : new CdcException(
            StandardErrorCode.INTERNAL_SERVER_ERROR, "internal server error: " + e, e);
  }
}

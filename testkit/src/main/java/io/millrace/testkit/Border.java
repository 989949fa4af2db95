package io.millrace.testkit;

import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Resolved;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.StreamOptions;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one node and all it uses: what it opens is noted, and it is killed there where a
 * test wants it to be. From then on nothing that it does reaches anything.
 *
 * <p><i>Threads:</i> any.
 */
final class Border {
  /** What is guarded when a guarded call returns it. */
  private static final Set<Class<?>> RETURNED =
      Set.of(ChangeStream.class, Sink.class, Watch.class, Lease.class);

  /** Lets a watch wait for news. */
  interface Waiting {
    /** Returns the next news of a watch, within a limit. */
    Optional<Delta> poll(Watch watch, Duration limit);
  }

  private final LeakCheck leaks;
  private final Waiting waiting;
  private final Object lock = new Object();
  private Optional<CrashPoint> planned = Optional.empty();
  private int before;
  private long moves;
  private volatile boolean dead;
  private volatile @Nullable AssertionError breach;

  Border(LeakCheck leaks, Waiting waiting) {
    this.leaks = leaks;
    this.waiting = waiting;
  }

  /** Has the node killed before it is at a point for the {@code nth} time, from 1. */
  void crashBefore(CrashPoint point, int nth) {
    synchronized (lock) {
      planned = Optional.of(point);
      before = nth - 1;
    }
  }

  /** Returns where it is still to be killed. */
  Optional<CrashPoint> planned() {
    synchronized (lock) {
      return planned;
    }
  }

  /** Kills the node. */
  void kill() {
    dead = true;
    leaks.forget(this);
  }

  boolean isDead() {
    return dead;
  }

  /** Returns a number that grows when rows, schema changes or whole streams and sinks pass. */
  long moves() {
    synchronized (lock) {
      return moves;
    }
  }

  /** Returns the first assertion that failed in a consumer. */
  Optional<AssertionError> breach() {
    return Optional.ofNullable(breach);
  }

  /** Returns a thing whose calls pass the border, noted as open until it is closed. */
  <T> T opened(Class<T> type, T thing, String what) {
    return opened(type, thing, this, what);
  }

  private <T> T opened(Class<T> type, T thing, Object parent, String what) {
    leaks.opened(thing, this, parent, what);
    return guard(type, thing);
  }

  /** Returns a thing whose calls pass the border. */
  <T> T guard(Class<T> type, T thing) {
    return type.cast(
        Proxy.newProxyInstance(
            Border.class.getClassLoader(), new Class<?>[] {type}, new Guarded(thing)));
  }

  private final class Guarded implements InvocationHandler {
    private final Object real;

    Guarded(Object real) {
      this.real = real;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
        throws Throwable {
      @Nullable Object[] given = args == null ? new @Nullable Object[0] : args;
      if (method.getDeclaringClass() == Object.class) {
        return method.getName().equals("equals")
            ? (Object) (proxy == given[0])
            : call(method, given);
      }
      boolean closes = method.getName().equals("close");
      if (dead) {
        return closes ? null : crashed("the node was killed");
      }
      reach(method, false);
      Object result = call(method, given);
      if (closes) {
        closed();
      }
      reach(method, true);
      note(method, result);
      Class<?> type = method.getReturnType();
      return result != null && RETURNED.contains(type) ? openedBy(type, result, given) : result;
    }

    private <T> Object openedBy(Class<T> type, Object result, @Nullable Object[] given) {
      return opened(type, type.cast(result), real, type.getSimpleName() + describe(given));
    }

    private void closed() {
      leaks.closed(real);
      if (real instanceof MetaStore) {
        leaks.forget(real);
      }
    }

    private @Nullable Object call(Method method, @Nullable Object[] given) throws Throwable {
      if (real instanceof Watch watch && given.length == 1 && given[0] instanceof Duration limit) {
        return limit.isZero() ? watch.poll(limit) : waiting.poll(watch, limit);
      }
      try {
        return method.invoke(real, passed(given));
      } catch (InvocationTargetException e) {
        Throwable thrown = e.getCause();
        if (real instanceof ChangeConsumer && thrown instanceof AssertionError failed) {
          breach = breach == null ? failed : breach;
        }
        throw thrown;
      }
    }

    private @Nullable Object[] passed(@Nullable Object[] given) {
      if (given.length == 1 && given[0] instanceof Txn txn) {
        return new Object[] {new Txn(txn.guards(), txn.ops().stream().map(Border::real).toList())};
      }
      return given.length == 1 && given[0] instanceof Changes changes
          ? new Object[] {guard(Changes.class, changes)}
          : given;
    }
  }

  /** Returns an operation that names the store's own lease. */
  private static Op real(Op op) {
    if (op instanceof Op.Put put && put.lease().isPresent()) {
      Lease lease = put.lease().get();
      return Proxy.isProxyClass(lease.getClass())
              && Proxy.getInvocationHandler(lease) instanceof Guarded guarded
          ? new Op.Put(put.key(), put.value(), Optional.of((Lease) guarded.real))
          : op;
    }
    return op;
  }

  /** Kills the node if a call, or its answer, is the point where it is to be killed. */
  private void reach(Method method, boolean answered) {
    CrashPoint point;
    synchronized (lock) {
      if (planned.isEmpty() || !planned.get().isAt(method, answered) || before-- > 0) {
        return;
      }
      point = planned.get();
      planned = Optional.empty();
    }
    kill();
    crashed("the node was killed before " + point);
  }

  private static Object crashed(String how) {
    throw new NodeCrash(how);
  }

  private void note(Method method, @Nullable Object result) {
    boolean moved =
        switch (method.getName()) {
          case "open", "write", "close" -> true;
          case "poll" ->
              result instanceof List<?> events
                  && events.stream().anyMatch(event -> !(event instanceof Resolved));
          default -> false;
        };
    if (moved) {
      synchronized (lock) {
        moves++;
      }
    }
  }

  private static String describe(@Nullable Object[] given) {
    for (Object each : given) {
      if (each instanceof StreamOptions options) {
        return " of " + options.stream();
      }
      if (each instanceof SinkRequest request) {
        return " of changefeed " + request.changefeed() + " for tables " + request.tables();
      }
    }
    return given.length == 0 ? "" : " of " + given[0];
  }
}

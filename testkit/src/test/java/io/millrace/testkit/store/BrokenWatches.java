package io.millrace.testkit.store;

import io.millrace.api.store.Delta;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Watch;
import io.millrace.testkit.store.StoreThrough.WatchThrough;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Ways to break what a store's watches report. */
final class BrokenWatches {
  private BrokenWatches() {}

  /** Returns a store of which each watch is wrapped. */
  static UnaryOperator<MetaStore> watching(UnaryOperator<Watch> wrap) {
    return inner ->
        new StoreThrough(inner) {
          @Override
          public Watch watch(String prefix, long afterRevision) {
            return wrap.apply(inner.watch(prefix, afterRevision));
          }
        };
  }

  /** Returns a store whose watches report other changes, and nothing where none is left. */
  static UnaryOperator<MetaStore> reporting(UnaryOperator<List<Delta.Change>> change) {
    return watching(
        watch ->
            new WatchThrough(watch) {
              @Override
              public Optional<Delta> poll(Duration wait) {
                Optional<Delta> next = inner.poll(wait);
                while (next.isPresent() && changed(next.get()).isEmpty()) {
                  next = inner.poll(wait);
                }
                return next.map(delta -> new Delta(delta.revision(), changed(delta)));
              }

              private List<Delta.Change> changed(Delta delta) {
                return change.apply(delta.changes());
              }
            });
  }

  /** Returns a store whose watches begin some revisions beside where they are told. */
  static UnaryOperator<MetaStore> beginning(int by) {
    return inner ->
        new StoreThrough(inner) {
          @Override
          public Watch watch(String prefix, long afterRevision) {
            return inner.watch(prefix, afterRevision + by);
          }
        };
  }

  static List<Delta.Change> written(List<Delta.Change> changes) {
    return changes.stream().filter(it -> it instanceof Delta.Written).toList();
  }

  static Delta.Change withoutCreation(Delta.Change change) {
    return change instanceof Delta.Written written
        ? new Delta.Written(BrokenCommits.withoutCreation(written.entry()))
        : change;
  }

  /** Swallows every n-th report. */
  static final class Losing extends WatchThrough {
    private final int every;
    private int count;

    Losing(Watch inner, int every) {
      super(inner);
      this.every = every;
    }

    @Override
    public Optional<Delta> poll(Duration wait) {
      Optional<Delta> next = inner.poll(wait);
      return next.isPresent() && ++count % every == 0 ? inner.poll(wait) : next;
    }
  }

  /** Reports everything twice. */
  static final class Repeating extends WatchThrough {
    private Optional<Delta> again = Optional.empty();

    Repeating(Watch inner) {
      super(inner);
    }

    @Override
    public Optional<Delta> poll(Duration wait) {
      Optional<Delta> next = again.isPresent() ? again : inner.poll(wait);
      again = again.isPresent() ? Optional.empty() : next;
      return next;
    }
  }

  /** Says nothing at the first look. */
  static final class Late extends WatchThrough {
    private boolean looked;

    Late(Watch inner) {
      super(inner);
    }

    @Override
    public Optional<Delta> poll(Duration wait) {
      looked = !looked;
      return wait.isZero() && looked ? Optional.empty() : inner.poll(wait);
    }
  }

  /** Waits its whole time before it looks. */
  static final class Slumbering extends WatchThrough {
    private final CountDownLatch never = new CountDownLatch(1);

    Slumbering(Watch inner) {
      super(inner);
    }

    @Override
    public Optional<Delta> poll(Duration wait) {
      try {
        if (never.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("nobody wakes it");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return inner.poll(Duration.ZERO);
    }
  }

  /** Goes on when it is closed. */
  static final class GoesOn extends WatchThrough {
    GoesOn(Watch inner) {
      super(inner);
    }

    @Override
    public void close() {
      // the fault
    }
  }

  /** Shares out its reports among the watches of a prefix. */
  static final class SharedQueue extends StoreThrough {
    private final Map<String, Watch> watches = new HashMap<>();

    SharedQueue(MetaStore inner) {
      super(inner);
    }

    @Override
    public synchronized Watch watch(String prefix, long afterRevision) {
      return watches.computeIfAbsent(prefix, it -> inner.watch(it, afterRevision));
    }
  }

  static final class LoosePrefix extends StoreThrough {
    LoosePrefix(MetaStore inner) {
      super(inner);
    }

    @Override
    public Watch watch(String prefix, long afterRevision) {
      return inner.watch(prefix.substring(0, prefix.length() - 1), afterRevision);
    }
  }
}

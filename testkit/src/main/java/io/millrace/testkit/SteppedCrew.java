package io.millrace.testkit;

import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A crew without threads: the test says who does a step, and when.
 *
 * <p><i>Threads:</i> one.
 */
public final class SteppedCrew implements Crew {
  private final Map<String, Post> posts = new LinkedHashMap<>();

  /** A worker that is made at its first step. */
  private static final class Post {
    private final Supplier<? extends Worker> maker;
    private @Nullable Worker worker;

    Post(Supplier<? extends Worker> maker) {
      this.maker = maker;
    }

    boolean work() {
      Worker working = worker;
      if (working == null) {
        working = maker.get();
        worker = working;
      }
      return working.work();
    }
  }

  @Override
  public void hire(String name, Supplier<? extends Worker> worker) {
    if (posts.putIfAbsent(name, new Post(worker)) != null) {
      throw new IllegalStateException("worker " + name + " is not gone yet");
    }
  }

  @Override
  public void dismiss(String name) {
    Post post = posts.remove(name);
    if (post != null && post.worker != null) {
      post.worker.close();
    }
  }

  @Override
  public boolean isGone(String name) {
    return !posts.containsKey(name);
  }

  /** Returns zero: no step waits. */
  @Override
  public Duration patience() {
    return Duration.ZERO;
  }

  /** Returns the names of the workers, in the order they were hired. */
  public List<String> workers() {
    return List.copyOf(posts.keySet());
  }

  /** Has one worker do a step; returns whether anything moved. Unknown names do nothing. */
  public boolean step(String name) {
    Post post = posts.get(name);
    return post != null && post.work();
  }

  /** Has each worker do a step, in the order they were hired; returns whether anything moved. */
  public boolean stepAll() {
    boolean moved = false;
    for (String name : new ArrayList<>(posts.keySet())) {
      moved |= step(name);
    }
    return moved;
  }

  /**
   * Steps all workers until nothing moves.
   *
   * @param limit how many rounds at most
   * @throws IllegalStateException if things still move then
   */
  public void runUntilIdle(int limit) {
    for (int i = 0; i < limit; i++) {
      if (!stepAll()) {
        return;
      }
    }
    throw new IllegalStateException("still moving after " + limit + " rounds: " + workers());
  }

  /** Drops all workers without closing them, as when their process is killed. */
  public void abandon() {
    posts.clear();
  }
}

package io.millrace.core.worker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives each worker a thread of its own, named {@code millrace-<name>}.
 *
 * <p><i>Threads:</i> any.
 */
public final class ThreadCrew implements Crew {
  private static final Logger LOG = System.getLogger(ThreadCrew.class.getName());
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final Threads threads;
  private final Map<String, Post> posts = new HashMap<>();

  /** Creates a crew without workers whose threads are plain daemons. */
  public ThreadCrew() {
    this(new Threads());
  }

  /** Creates a crew without workers. */
  public ThreadCrew(Threads threads) {
    this.threads = threads;
  }

  @Override
  public void hire(String name, Supplier<? extends Worker> worker) {
    synchronized (posts) {
      if (posts.containsKey(name)) {
        throw new IllegalStateException("worker " + name + " is not gone yet");
      }
      Post post = new Post(name, worker);
      Thread thread = threads.named(name, post);
      posts.put(name, post);
      thread.start();
    }
  }

  @Override
  public void dismiss(String name) {
    Post post;
    synchronized (posts) {
      post = posts.get(name);
    }
    if (post != null) {
      post.dismiss();
    }
  }

  @Override
  public boolean isGone(String name) {
    synchronized (posts) {
      return !posts.containsKey(name);
    }
  }

  @Override
  public Duration patience() {
    return PATIENCE;
  }

  /**
   * Dismisses all workers and waits until their threads have ended, and all others that come from
   * the same factory: those that the connectors started for them.
   *
   * @return the names of the threads that were not in time
   */
  public List<String> close(Duration limit) {
    List<Post> all;
    synchronized (posts) {
      all = List.copyOf(posts.values());
    }
    all.forEach(Post::dismiss);
    try {
      return threads.awaitEnd(limit.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return threads.alive();
    }
  }

  /** One worker and its thread. */
  private final class Post implements Runnable {
    private final String name;
    private final Supplier<? extends Worker> maker;
    private @Nullable Worker worker;
    private volatile boolean dismissed;

    Post(String name, Supplier<? extends Worker> maker) {
      this.name = name;
      this.maker = maker;
    }

    @Override
    public void run() {
      try {
        Worker made = maker.get();
        synchronized (this) {
          worker = made;
        }
        while (!dismissed) {
          made.work();
        }
      } catch (Throwable e) {
        if (!dismissed) {
          LOG.log(Level.ERROR, "worker ended by an unexpected failure worker=" + name, e);
        }
      } finally {
        close();
        synchronized (posts) {
          posts.remove(name);
        }
      }
    }

    void dismiss() {
      dismissed = true;
      close();
    }

    private void close() {
      Worker made;
      synchronized (this) {
        made = worker;
      }
      if (made != null) {
        try {
          made.close();
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "worker did not close cleanly worker=" + name, e);
        }
      }
    }
  }
}

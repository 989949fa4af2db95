package io.millrace.core.metrics;

import io.millrace.api.cluster.Metric.Bucket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * How often values of which size were observed; observing allocates nothing.
 *
 * <p><i>Threads:</i> any.
 */
public final class Histogram {
  private final double[] bounds;
  private final AtomicLongArray counts;
  private final DoubleAdder sum = new DoubleAdder();

  private Histogram(double[] bounds) {
    this.bounds = bounds;
    this.counts = new AtomicLongArray(bounds.length + 1);
  }

  /** Returns a histogram whose bounds double, from a first one on; the last bucket has no end. */
  static Histogram doubling(double first, int bounds) {
    double[] all = new double[bounds];
    double bound = first;
    for (int i = 0; i < bounds; i++) {
      all[i] = bound;
      bound *= 2;
    }
    return new Histogram(all);
  }

  void observe(double value) {
    int at = 0;
    while (at < bounds.length && value > bounds[at]) {
      at++;
    }
    counts.incrementAndGet(at);
    sum.add(value);
  }

  /** Returns the sum of all that was observed. */
  public double sum() {
    return sum.sum();
  }

  /** Returns how much was observed up to each bound and above the one before. */
  public List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>(counts.length());
    for (int i = 0; i < counts.length(); i++) {
      double upTo = i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY;
      buckets.add(new Bucket(upTo, counts.get(i)));
    }
    return List.copyOf(buckets);
  }
}

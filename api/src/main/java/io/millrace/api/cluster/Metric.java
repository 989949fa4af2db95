package io.millrace.api.cluster;

import java.util.List;
import java.util.Map;

/**
 * Something measured.
 *
 * @param name TiCDC's where it has one, such as {@code ticdc_owner_checkpoint_ts_lag}
 * @param kind how its values behave
 * @param help what it is, and its unit
 * @param samples its values, each with other labels; may be empty
 */
public record Metric(String name, Kind kind, String help, List<Sample> samples) {
  /** Copies the list. */
  public Metric {
    samples = List.copyOf(samples);
  }

  /** How values behave. */
  public enum Kind {
    /** They only grow, and begin anew when the process does. */
    COUNTER,
    /** They go up and down. */
    GAUGE,
    /** They are distributions that only grow, and begin anew when the process does. */
    HISTOGRAM
  }

  /**
   * One value.
   *
   * @param labels what it is of, by name
   * @param value the value; of a histogram the sum of all that was observed
   * @param buckets of a histogram, ascending, the last without end; else empty
   */
  public record Sample(Map<String, String> labels, double value, List<Bucket> buckets) {
    /** Copies map and list. */
    public Sample {
      labels = Map.copyOf(labels);
      buckets = List.copyOf(buckets);
    }

    /** Creates a sample of a counter or gauge. */
    public Sample(Map<String, String> labels, double value) {
      this(labels, value, List.of());
    }
  }

  /**
   * A part of a histogram.
   *
   * @param upTo the largest value in it; infinite in the last
   * @param count how many values lie in it: above the bucket before, up to this one
   */
  public record Bucket(double upTo, long count) {}
}

package io.millrace.api.cluster;

import java.util.List;
import java.util.Map;

/**
 * Something measured, that can go up and down.
 *
 * @param name TiCDC's where it has one, such as {@code ticdc_owner_checkpoint_ts_lag}
 * @param help what it is, and its unit
 * @param samples its values, each with other labels; may be empty
 */
public record Metric(String name, String help, List<Sample> samples) {
  /** Copies the list. */
  public Metric {
    samples = List.copyOf(samples);
  }

  /**
   * One value.
   *
   * @param labels what it is of, by name
   * @param value the value
   */
  public record Sample(Map<String, String> labels, double value) {
    /** Copies the map. */
    public Sample {
      labels = Map.copyOf(labels);
    }
  }
}

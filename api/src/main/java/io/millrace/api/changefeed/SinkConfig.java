package io.millrace.api.changefeed;

import io.millrace.api.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A changefeed's sink configuration.
 *
 * @param dispatchers tried in order, the first whose matcher accepts the table counts
 * @param protocol the message protocol; that of the sink URI wins
 * @param options all other keys with plain values, by name, those of nested objects joined by a dot
 *     ({@code csv.delimiter}); URI parameters of the same name win
 * @param columnSelectors tried in order, the first whose matcher accepts the table counts; tables
 *     that none accepts are sent whole
 */
public record SinkConfig(
    List<DispatchRule> dispatchers,
    Optional<String> protocol,
    Map<String, String> options,
    List<ColumnSelector> columnSelectors) {
  /** The configuration of a changefeed that gives none. */
  public static final SinkConfig DEFAULT = new SinkConfig(List.of(), Optional.empty(), Map.of());

  /** Copies lists and map. */
  public SinkConfig {
    dispatchers = List.copyOf(dispatchers);
    options = Map.copyOf(options);
    columnSelectors = List.copyOf(columnSelectors);
  }

  /** Creates a configuration that sends all columns. */
  public SinkConfig(
      List<DispatchRule> dispatchers, Optional<String> protocol, Map<String, String> options) {
    this(dispatchers, protocol, options, List.of());
  }

  /** Returns the values of all options whose names are those of secrets. */
  public Set<Secret> secrets() {
    return options.entrySet().stream()
        .filter(option -> Secret.isNamed(option.getKey()))
        .map(option -> Secret.of(option.getValue()))
        .collect(Collectors.toSet());
  }

  /** Returns the configuration with its secrets masked. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(options);
    shown.replaceAll((key, value) -> Secret.isNamed(key) ? Secret.MASK : value);
    return "SinkConfig[dispatchers="
        + dispatchers
        + ", protocol="
        + protocol.orElse("")
        + ", options="
        + shown
        + ", columnSelectors="
        + columnSelectors
        + "]";
  }
}

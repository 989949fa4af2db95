package io.millrace.api.changefeed;

import io.millrace.api.Tso;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to change in a changefeed; what is empty stays as it is.
 *
 * @param targetTs must be after the start ts; cannot be set back to none
 * @param sinkUri the downstream
 * @param filterRules a non-empty list replaces the old one
 * @param ignoreTxnStartTs a non-empty list replaces the old one
 * @param eventFilters a non-empty list replaces the old one
 * @param mounterWorkerNum how many threads may decode
 * @param sinkConfig replaces the old one as a whole
 */
public record ChangefeedUpdate(
    Optional<Tso> targetTs,
    Optional<String> sinkUri,
    List<String> filterRules,
    List<Tso> ignoreTxnStartTs,
    List<EventFilter> eventFilters,
    OptionalInt mounterWorkerNum,
    Optional<SinkConfig> sinkConfig) {
  /** Copies the lists. */
  public ChangefeedUpdate {
    filterRules = List.copyOf(filterRules);
    ignoreTxnStartTs = List.copyOf(ignoreTxnStartTs);
    eventFilters = List.copyOf(eventFilters);
  }

  /** Returns a builder of an update that changes nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the update without its sink URI, which may hold secrets. */
  @Override
  public String toString() {
    return "ChangefeedUpdate[targetTs="
        + targetTs.map(Tso::toString).orElse("")
        + ", filterRules="
        + filterRules
        + "]";
  }

  /** Puts an update together. */
  public static final class Builder {
    private Optional<Tso> targetTs = Optional.empty();
    private Optional<String> sinkUri = Optional.empty();
    private List<String> filterRules = List.of();
    private List<Tso> ignoreTxnStartTs = List.of();
    private List<EventFilter> eventFilters = List.of();
    private OptionalInt mounterWorkerNum = OptionalInt.empty();
    private Optional<SinkConfig> sinkConfig = Optional.empty();

    private Builder() {}

    /** Sets the target ts. */
    public Builder targetTs(Tso value) {
      targetTs = Optional.of(value);
      return this;
    }

    /** Sets the sink URI. */
    public Builder sinkUri(String value) {
      sinkUri = Optional.of(value);
      return this;
    }

    /** Sets the filter rules. */
    public Builder filterRules(List<String> value) {
      filterRules = value;
      return this;
    }

    /** Sets the ts left out. */
    public Builder ignoreTxnStartTs(List<Tso> value) {
      ignoreTxnStartTs = value;
      return this;
    }

    /** Sets the kinds of events left out. */
    public Builder eventFilters(List<EventFilter> value) {
      eventFilters = value;
      return this;
    }

    /** Sets the number of decoding threads. */
    public Builder mounterWorkerNum(int value) {
      mounterWorkerNum = OptionalInt.of(value);
      return this;
    }

    /** Sets the sink configuration. */
    public Builder sinkConfig(SinkConfig value) {
      sinkConfig = Optional.of(value);
      return this;
    }

    /** Returns the update. */
    public ChangefeedUpdate build() {
      return new ChangefeedUpdate(
          targetTs,
          sinkUri,
          filterRules,
          ignoreTxnStartTs,
          eventFilters,
          mounterWorkerNum,
          sinkConfig);
    }
  }
}

package io.millrace.api.changefeed;

import io.millrace.api.ChangefeedId;
import io.millrace.api.Tso;
import java.util.List;
import java.util.Optional;

/**
 * What is asked for when a changefeed is created.
 *
 * @param id its name; empty: a random UUID
 * @param startTs only what commits after it is replicated; zero: now
 * @param targetTs the last ts replicated, then the changefeed is finished; zero: none
 * @param sinkUri the downstream, as the user wrote it; contains secrets
 * @param timezone the zone with which the sink is tried out; empty: the node's
 * @param forceReplicate whether tables without a usable key are replicated too
 * @param ignoreIneligibleTable whether such tables are left out silently
 * @param filterRules which tables; empty: all
 * @param ignoreTxnStartTs transactions with these ts are left out
 * @param eventFilters kinds of events that are left out
 * @param mounterWorkerNum TiCDC's number of decoding threads; kept and shown, without effect: each
 *     stream decodes on its own thread
 * @param sinkConfig the sink configuration
 */
public record ChangefeedSpec(
    Optional<ChangefeedId> id,
    Tso startTs,
    Tso targetTs,
    String sinkUri,
    Optional<String> timezone,
    boolean forceReplicate,
    boolean ignoreIneligibleTable,
    List<String> filterRules,
    List<Tso> ignoreTxnStartTs,
    List<EventFilter> eventFilters,
    int mounterWorkerNum,
    SinkConfig sinkConfig) {
  /** Copies the lists. */
  public ChangefeedSpec {
    filterRules = List.copyOf(filterRules);
    ignoreTxnStartTs = List.copyOf(ignoreTxnStartTs);
    eventFilters = List.copyOf(eventFilters);
  }

  /** Returns a builder. */
  public static Builder builder(String sinkUri) {
    return new Builder(sinkUri);
  }

  /** Returns a builder that starts with this specification's parts. */
  public Builder toBuilder() {
    Builder copy = new Builder(sinkUri);
    copy.id = id;
    copy.startTs = startTs;
    copy.targetTs = targetTs;
    copy.timezone = timezone;
    copy.forceReplicate = forceReplicate;
    copy.ignoreIneligibleTable = ignoreIneligibleTable;
    copy.filterRules = filterRules;
    copy.ignoreTxnStartTs = ignoreTxnStartTs;
    copy.eventFilters = eventFilters;
    copy.mounterWorkerNum = mounterWorkerNum;
    copy.sinkConfig = sinkConfig;
    return copy;
  }

  /** Returns the specification without its sink URI, which may hold secrets. */
  @Override
  public String toString() {
    return "ChangefeedSpec[id="
        + id.map(ChangefeedId::value).orElse("")
        + ", startTs="
        + startTs
        + ", targetTs="
        + targetTs
        + ", filterRules="
        + filterRules
        + "]";
  }

  /** Puts a specification together. */
  public static final class Builder {
    private Optional<ChangefeedId> id = Optional.empty();
    private Tso startTs = Tso.ZERO;
    private Tso targetTs = Tso.ZERO;
    private String sinkUri;
    private Optional<String> timezone = Optional.empty();
    private boolean forceReplicate;
    private boolean ignoreIneligibleTable;
    private List<String> filterRules = List.of();
    private List<Tso> ignoreTxnStartTs = List.of();
    private List<EventFilter> eventFilters = List.of();
    private int mounterWorkerNum;
    private SinkConfig sinkConfig = SinkConfig.DEFAULT;

    private Builder(String sinkUri) {
      this.sinkUri = sinkUri;
    }

    /** Sets the name. */
    public Builder id(String value) {
      id = Optional.of(new ChangefeedId(value));
      return this;
    }

    /** Sets the start ts. */
    public Builder startTs(Tso value) {
      startTs = value;
      return this;
    }

    /** Sets the target ts. */
    public Builder targetTs(Tso value) {
      targetTs = value;
      return this;
    }

    /** Sets the sink URI. */
    public Builder sinkUri(String value) {
      sinkUri = value;
      return this;
    }

    /** Sets the zone. */
    public Builder timezone(String value) {
      timezone = Optional.of(value);
      return this;
    }

    /** Sets whether tables without a usable key are replicated. */
    public Builder forceReplicate(boolean value) {
      forceReplicate = value;
      return this;
    }

    /** Sets whether ineligible tables are left out silently. */
    public Builder ignoreIneligibleTable(boolean value) {
      ignoreIneligibleTable = value;
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

    /** Sets TiCDC's number of decoding threads, which has no effect. */
    public Builder mounterWorkerNum(int value) {
      mounterWorkerNum = value;
      return this;
    }

    /** Sets the sink configuration. */
    public Builder sinkConfig(SinkConfig value) {
      sinkConfig = value;
      return this;
    }

    /** Returns the specification. */
    public ChangefeedSpec build() {
      return new ChangefeedSpec(
          id,
          startTs,
          targetTs,
          sinkUri,
          timezone,
          forceReplicate,
          ignoreIneligibleTable,
          filterRules,
          ignoreTxnStartTs,
          eventFilters,
          mounterWorkerNum,
          sinkConfig);
    }
  }
}

package io.millrace.core.changefeed;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedUpdate;

/** What an update makes of a specification. <i>Source:</i> API v1, 1.5. */
public final class UpdateMerge {
  private UpdateMerge() {}

  /** Checks that a changefeed in a state may be updated. */
  public static void checkState(ChangefeedState state) {
    if (state != ChangefeedState.STOPPED && state != ChangefeedState.FAILED) {
      throw refused("can only update changefeed config when it is stopped or failed");
    }
  }

  /**
   * Returns the specification with what an update gives; zero and what is empty stay as they are.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_UPDATE_REFUSED} if nothing changes, or
   *     the target ts is not after the start ts
   */
  public static ChangefeedSpec merge(ChangefeedSpec old, ChangefeedUpdate update) {
    ChangefeedSpec.Builder next = old.toBuilder();
    update.targetTs().filter(target -> !target.isZero()).ifPresent(next::targetTs);
    update
        .sinkUri()
        .filter(uri -> !uri.isEmpty())
        .map(uri -> SinkSecrets.restore(old.sinkUri(), uri))
        .ifPresent(next::sinkUri);
    if (!update.filterRules().isEmpty()) {
      next.filterRules(update.filterRules());
    }
    if (!update.ignoreTxnStartTs().isEmpty()) {
      next.ignoreTxnStartTs(update.ignoreTxnStartTs());
    }
    if (!update.eventFilters().isEmpty()) {
      next.eventFilters(update.eventFilters());
    }
    int mounters = update.mounterWorkerNum().orElse(0);
    SpecValidator.checkMounters(mounters);
    if (mounters != 0) {
      next.mounterWorkerNum(mounters);
    }
    update.sinkConfig().ifPresent(next::sinkConfig);
    ChangefeedSpec merged = next.build();
    checkTarget(old.startTs(), merged.targetTs());
    if (merged.equals(old)) {
      throw refused("changefeed config is the same with the old one, do nothing");
    }
    return merged;
  }

  private static void checkTarget(Tso start, Tso target) {
    if (!target.isZero() && !target.isAfter(start)) {
      throw new CdcException(
          StandardErrorCode.CHANGEFEED_UPDATE_REFUSED,
          "can not update target-ts:" + target + " less than start-ts:" + start);
    }
  }

  /** Returns whether a changed specification needs its sink tried out. */
  public static boolean changesSink(ChangefeedSpec old, ChangefeedSpec next) {
    return !old.sinkUri().equals(next.sinkUri()) || !old.sinkConfig().equals(next.sinkConfig());
  }

  /** Returns the error that refuses an update because of another error. */
  public static CdcException refused(CdcException cause) {
    return new CdcException(
        StandardErrorCode.CHANGEFEED_UPDATE_REFUSED,
        "changefeed update error: " + cause.bracketed(),
        cause);
  }

  static CdcException refused(String reason) {
    return new CdcException(
        StandardErrorCode.CHANGEFEED_UPDATE_REFUSED, "changefeed update error: " + reason);
  }
}

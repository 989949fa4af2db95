package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.Resolved;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.core.changefeed.ServerAddress;
import io.millrace.core.changefeed.SinkRequests;
import io.millrace.core.changefeed.SpecValidator;
import io.millrace.core.connector.Schemes;
import io.millrace.core.filter.ChangefeedFilter;
import io.millrace.core.meta.SpecRecord;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;

/**
 * Tries specifications out: asks the upstream and the downstream what they say to them.
 *
 * @param upstream the upstream's address
 * @param source the upstream
 * @param sinks the sinks by scheme
 * @param zone the node's time zone
 */
record Trial(ConnectorUri upstream, ChangeSource source, Schemes<SinkProvider> sinks, ZoneId zone) {
  private static final Duration DIAL_LIMIT = Duration.ofSeconds(10);

  /** Returns the upstream's clock and the end of its log. */
  Head now() {
    try {
      return source.now();
    } catch (CdcException e) {
      if (e.code() != StandardErrorCode.SOURCE_UNAVAILABLE) {
        throw e;
      }
      throw new CdcException(
          StandardErrorCode.PD_ETCD_API_ERROR,
          "fail to get ts from pd client: " + e.getMessage(),
          e);
    }
  }

  /** Returns where a changefeed starts: at the head, or after the ts it asks for. */
  Resolved start(Tso asked, Head head) {
    if (asked.isZero()) {
      return new Resolved(head.ts(), head.end());
    }
    SpecValidator.checkStart(asked, head.ts());
    try {
      return new Resolved(asked, source.locate(asked));
    } catch (CdcException e) {
      throw e.code() == StandardErrorCode.START_TS_BEFORE_GC
          ? SpecValidator.startPurged(asked, e)
          : e;
    }
  }

  /** Checks that the upstream can be read, and that its tables can be replicated as asked for. */
  void checkTables(ChangefeedSpec spec) {
    ChangefeedFilter filter = SpecValidator.filter(spec);
    SpecValidator.checkUpstream(source.check());
    if (!spec.forceReplicate() && !spec.ignoreIneligibleTable()) {
      SpecValidator.checkEligible(filter, source.tables());
    }
  }

  /**
   * Checks zone and sink, and reaches for the downstream.
   *
   * @param record what is to be stored
   * @param self the capture that tries
   */
  void checkSink(ChangefeedId id, SpecRecord record, CaptureId self) {
    SinkRequest request = SinkRequests.of(id, record, self, Set.of(), 0, zone);
    SinkProvider provider = sinks.providers().get(request.uri().scheme());
    if (provider == null) {
      throw new CdcException(
          StandardErrorCode.SINK_URI_INVALID,
          "the sink scheme (" + request.uri().scheme() + ") is not supported");
    }
    if (!request.config().columnSelectors().isEmpty() && !provider.selectsColumns()) {
      throw new CdcException(
          StandardErrorCode.SINK_INVALID_CONFIG,
          "sink config invalid: a sink of the scheme "
              + request.uri().scheme()
              + " cannot leave columns out, leave out column-selectors");
    }
    SpecValidator.checkForced(record.spec(), request.uri());
    provider.validate(request);
    ServerAddress.checkDifferent(upstream, request.uri());
    provider.dial(request, DIAL_LIMIT);
  }
}

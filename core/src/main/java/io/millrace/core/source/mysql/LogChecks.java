package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.source.mysql.ServerFacts.LogFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds out whether a server's log can be read from a place, before it is. */
final class LogChecks {
  private LogChecks() {}

  /**
   * Returns the place to begin at: the one given, or the log's beginning where nothing lies
   * between.
   *
   * @param server the server the place belongs to
   * @throws CdcException {@link StandardErrorCode#SNAPSHOT_LOST_BY_GC}, {@link
   *     StandardErrorCode#SOURCE_CHANGED}
   */
  static LogPlace readable(ServerLink link, ServerFacts facts, String server, LogPlace place)
      throws IOException {
    if (!facts.identity().equals(server)) {
      throw changed(
          place, "belongs to server " + server + ", the upstream is now " + facts.identity());
    }
    List<LogFile> files = ServerFacts.logFiles(link);
    if (files.isEmpty() || !files.get(0).start().base().equals(place.base())) {
      throw changed(place, "is in a log the upstream does not have");
    }
    if (facts.gtidMode() && !facts.executed().containsAll(place.gtids())) {
      throw changed(place, "has transactions the upstream does not have, its log was reset");
    }
    LogPlace first = files.get(0).start();
    if (place.file() < first.file()) {
      return purged(facts, place, first);
    }
    Optional<LogFile> file =
        files.stream().filter(each -> each.start().file() == place.file()).findFirst();
    if (file.isEmpty()) {
      throw changed(place, "is behind the end of the upstream's log");
    }
    if (place.offset() > file.get().size()) {
      throw changed(
          place,
          "is behind the end of its file, which has "
              + file.get().size()
              + " bytes: the upstream's log was reset or lost its end");
    }
    return place;
  }

  /**
   * Checks that a log does not end before a place read from it.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_CHANGED}
   */
  static void notReset(LogPlace place, LogPlace end) {
    boolean same = end.base().equals(place.base()) && end.file() >= place.file();
    if (!same || (end.file() == place.file() && end.offset() < place.offset())) {
      throw changed(place, "is behind the end of the upstream's log, which was reset: " + end);
    }
  }

  private static LogPlace purged(ServerFacts facts, LogPlace place, LogPlace first) {
    boolean complete =
        facts.gtidMode() && !place.gtids().isEmpty() && place.gtids().containsAll(facts.purged());
    if (complete) {
      return new LogPlace(
          first.base(), first.file(), first.digits(), first.offset(), 0, place.gtids(), "");
    }
    throw lost(place, first);
  }

  /** Returns the error that a place's log is gone. */
  static CdcException lost(LogPlace place, LogPlace first) {
    return new CdcException(
        StandardErrorCode.SNAPSHOT_LOST_BY_GC,
        "the log at "
            + place
            + " was purged by the upstream, the first position still there is "
            + first
            + "; create the changefeed anew");
  }

  private static CdcException changed(LogPlace place, String why) {
    return new CdcException(
        StandardErrorCode.SOURCE_CHANGED,
        "the position " + place + " " + why + "; create the changefeed anew");
  }
}

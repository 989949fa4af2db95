package io.millrace.core.owner;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.changefeed.SinkRequests;
import io.millrace.core.meta.ClusterState.Feed;
import io.millrace.core.meta.PositionRecord.StoppedTurn;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.Versioned;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The heralds of one owner, one for each changefeed that needs one.
 *
 * <p><i>Threads:</i> the control loop.
 */
final class HeraldDesk {
  private final CaptureId capture;
  private final OwnerTools tools;
  private final Map<ChangefeedId, Seat> seats = new HashMap<>();

  private record Seat(SpecRecord spec, Herald herald) {}

  HeraldDesk(CaptureId capture, OwnerTools tools) {
    this.capture = capture;
    this.tools = tools;
  }

  private static String name(ChangefeedId id) {
    return id + "-herald";
  }

  /** Returns a changefeed's herald, if it has one. */
  Optional<Herald> find(ChangefeedId id) {
    return Optional.ofNullable(seats.get(id)).map(Seat::herald);
  }

  /**
   * Returns a changefeed's herald, hired if need be. One of another configuration is dismissed; the
   * herald returned works once that is gone.
   */
  Herald of(Feed feed) {
    SpecRecord spec = feed.spec().value();
    Seat seat = seats.get(feed.id());
    boolean fits =
        seat != null
            && seat.spec().incarnation().equals(spec.incarnation())
            && seat.spec().spec().equals(spec.spec());
    if (seat != null && fits) {
      hire(feed.id(), seat.herald());
      return seat.herald();
    }
    if (seat != null) {
      dismiss(feed.id());
    }
    Herald herald = make(feed, spec);
    seats.put(feed.id(), new Seat(spec, herald));
    hire(feed.id(), herald);
    return herald;
  }

  private void hire(ChangefeedId id, Herald herald) {
    if (!herald.isHired() && tools.crew().isGone(name(id))) {
      herald.hired();
      tools.crew().hire(name(id), () -> herald);
    }
  }

  private Herald make(Feed feed, SpecRecord record) {
    long epoch = feed.status().map(Versioned::modRevision).orElse(0L);
    SinkRequest request =
        SinkRequests.of(feed.id(), record, capture, Set.of(), epoch, tools.zone());
    return new Herald(
        tools.sinks().of(request.uri()),
        request,
        tools.mandate(),
        tools.crew(),
        tools.ticker(),
        tools.meters().of(feed.id()));
  }

  /** Has a changefeed's herald stop. */
  void dismiss(ChangefeedId id) {
    if (seats.remove(id) != null) {
      tools.crew().dismiss(name(id));
    }
  }

  /** Returns whether no herald of a changefeed works. */
  boolean isGone(ChangefeedId id) {
    return tools.crew().isGone(name(id));
  }

  /** Has the heralds of changefeeds stop that are no more. */
  void keepOnly(Set<ChangefeedId> alive) {
    for (ChangefeedId id : Set.copyOf(seats.keySet())) {
      if (!alive.contains(id)) {
        dismiss(id);
      }
    }
  }

  /**
   * Has all heralds stop.
   *
   * @return once all are gone, what became of the schema changes they had to apply
   */
  Optional<Map<ChangefeedId, StoppedTurn>> retire() {
    seats.keySet().forEach(id -> tools.crew().dismiss(name(id)));
    Map<ChangefeedId, StoppedTurn> turns = new HashMap<>();
    for (Map.Entry<ChangefeedId, Seat> entry : seats.entrySet()) {
      if (!isGone(entry.getKey())) {
        return Optional.empty();
      }
      entry.getValue().herald().stoppedTurn().ifPresent(turn -> turns.put(entry.getKey(), turn));
    }
    seats.clear();
    return Optional.of(turns);
  }
}

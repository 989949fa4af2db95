package io.millrace.core.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SourcePosition;
import io.millrace.core.meta.HoldRecord;
import io.millrace.core.meta.PositionRecord.Held;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandoverTest {
  private final Handover handover = new Handover(1 << 20);

  private static SourcePosition at(long offset) {
    return new SourcePosition("s", 1, offset, 0, "");
  }

  private static RowBatch batch(long offset) {
    return new RowBatch(at(offset), new Tso(offset), new Tso(offset), 0, List.of(), 0, true);
  }

  private boolean offer(long offset) {
    return handover.offer(batch(offset), Duration.ZERO);
  }

  @Test
  void withoutAHoldAllPasses() {
    assertThat(offer(1)).isTrue();
    assertThat(handover.held()).isEmpty();
  }

  @Test
  void aHoldWithoutAPlaceKeepsRowsBackButNotWhatIsResolved() {
    offer(1);
    handover.hold(Optional.of(new HoldRecord("run", Optional.empty())));
    assertThat(offer(2)).isFalse();
    assertThat(handover.isHeld(batch(2))).isTrue();
    Resolved resolved = new Resolved(new Tso(9), at(9));
    assertThat(handover.isHeld(resolved)).isFalse();
    assertThat(handover.offer(resolved, Duration.ZERO)).isTrue();
    assertThat(handover.held()).contains(new Held("run", Optional.of(at(1))));
  }

  @Test
  void aHoldAtAPlaceLetsPassWhatIsBefore() {
    handover.hold(Optional.of(new HoldRecord("run", Optional.empty())));
    assertThat(handover.held()).contains(new Held("run", Optional.empty()));
    handover.hold(Optional.of(new HoldRecord("run", Optional.of(at(5)))));
    assertThat(offer(4)).isTrue();
    assertThat(offer(5)).isFalse();
    assertThat(offer(6)).isFalse();
    assertThat(handover.held()).contains(new Held("run", Optional.of(at(4))));
    handover.hold(Optional.empty());
    assertThat(offer(5)).isTrue();
    assertThat(handover.held()).isEmpty();
  }
}

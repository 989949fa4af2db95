package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.api.CaptureId;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.rig.QuietLog;
import io.millrace.testkit.sink.ShelfSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The cluster simulation over a user's own sink: a right one stands, broken ones are found. */
@ExtendWith(QuietLog.class)
class OwnSinkSimulationTest {
  private static final int SEEDS = 12;
  private static final int LENGTH = 300;

  @Test
  void aRightSinkStands() {
    for (long seed = 0; seed < SEEDS; seed++) {
      ShelfSink shelf = new ShelfSink();
      ClusterSimulation.run(seed, LENGTH, shelf);
    }
  }

  @Test
  void aSinkThatAcknowledgesEarlyIsFound() {
    assertFound(() -> writing(Early::new), "and not in the downstream");
  }

  @Test
  void aSinkThatLosesTheOrderIsFound() {
    assertFound(() -> writing(ShelfSink.LosesOrder::new), "rows came out of order");
  }

  private static void assertFound(Supplier<ShelfSink> broken, String how) {
    List<Throwable> found =
        LongStream.range(0, SEEDS)
            .mapToObj(
                seed -> catchThrowable(() -> ClusterSimulation.run(seed, LENGTH, broken.get())))
            .filter(failure -> failure != null)
            .toList();
    assertThat(found).isNotEmpty();
    assertThat(found).allSatisfy(failure -> assertThat(failure.getMessage()).startsWith("seed "));
    assertThat(found)
        .anySatisfy(failure -> assertThat(failure.getCause()).hasMessageContaining(how));
  }

  private static ShelfSink writing(BiFunction<ShelfSink, CaptureId, ShelfSink.Writer> writer) {
    return new ShelfSink() {
      @Override
      public Sink open(SinkRequest request) {
        return writer.apply(this, request.capture());
      }
    };
  }

  /** Says that rows are durable, and puts them on the shelf with the next flush. */
  private static final class Early extends ShelfSink.Writer {
    private final List<RowChange> late = new ArrayList<>();

    Early(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      sink.shelf.addAll(late);
      late.clear();
      late.addAll(buffer);
      buffer.clear();
      return super.flush(resolved);
    }
  }
}

package io.millrace.testkit.sink;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.testkit.ContractRun;
import io.millrace.testkit.sink.ShelfSink.Writer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract catches sinks that break it, each by the test that says what is broken. */
class PlantedSinkFaultsTest {
  private static final ContractRun RUN = new ContractRun(SinkContract.class);

  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private enum Fault {
    ACKNOWLEDGES_EARLY("aKilledSinkLosesNothingThatWasDurable", AcknowledgesEarly::new),
    ACKNOWLEDGES_EARLY_SOMETIMES("anyCourseOfEventsEndsComplete", AcknowledgesLast::new),
    LOSES_A_ROW("whatWasFlushedIsStored", LosesRow::new),
    LOSES_THE_ORDER("whatWasFlushedIsStored", ShelfSink.LosesOrder::new),
    STORES_TWICE("whatWasFlushedIsStored", StoresTwice::new),
    NEVER_SAYS_DURABLE("whatWasFlushedIsStored", NeverDurable::new),
    WAITS_FOR_ROWS("withoutRowsEverythingIsDurableAtOnce", WaitsForRows::new),
    FLUSH_GOES_BACK("theAnswerNeverGoesBack", GoesBack::new),
    COVERS_OPEN_TRANSACTIONS("anOpenTransactionIsNotCovered", CoversOpen::new),
    KEEPS_WHAT_WAS_VOIDED("sliceZeroVoidsAnOpenTransaction", KeepsVoided::new),
    VOIDS_ENDED_TRANSACTIONS("sliceZeroVoidsAnOpenTransaction", VoidsAll::new),
    BREAKS_AT_A_REPEATED_SCHEMA_CHANGE(
        "schemaChangesAndCheckpointsKeepTheOrder", BreaksAtRepeat::new),
    FORGETS_SCHEMA_CHANGES("aSchemaChangeIsInEffectOnReturn", ForgetsChanges::new),
    DELAYS_SCHEMA_CHANGES("aSchemaChangeIsInEffectOnReturn", DelaysChanges::new),
    IGNORES_THE_FENCE("aCaptureThatIsGoneWritesNothingMore", IgnoresFence::new),
    EMPTIES_THE_SHELF_WHEN_OPENED("aSinkOpenedAgainGoesOn", EmptiesShelf::new),
    CLOSES_ONLY_ONCE("aSinkOpenedAgainGoesOn", ClosesOnce::new),
    WRITES_THE_BUFFER_WHEN_CLOSED("anyCourseOfEventsEndsComplete", FlushesOldAfterNew::new),
    HANGS_WHEN_CLOSED("closeFreesABlockedWriter", Hangs::new),
    ENDS_ITS_WRITER_OTHERWISE("closeFreesABlockedWriter", EndsOtherwise::new);

    private final String caughtBy;
    private final BiFunction<ShelfSink, CaptureId, Writer> plant;

    Fault(String caughtBy, BiFunction<ShelfSink, CaptureId, Writer> plant) {
      this.caughtBy = caughtBy;
      this.plant = plant;
    }
  }

  private static final class Suite extends SinkContract {
    private final ShelfSink shelf = new ShelfSink();
    private final BiFunction<ShelfSink, CaptureId, Writer> plant;
    private int captures;

    Suite(BiFunction<ShelfSink, CaptureId, Writer> plant) {
      this.plant = plant;
    }

    @Override
    protected Sink open() {
      for (int gone = 1; gone <= captures; gone++) {
        shelf.fenced.add(new CaptureId("c" + gone));
      }
      return plant.apply(shelf, new CaptureId("c" + ++captures));
    }

    @Override
    protected void settle() {
      // What is flushed is durable at once.
    }

    @Override
    protected Optional<List<Long>> stored(TableName table) {
      return Optional.of(shelf.delivered(table));
    }

    @Override
    protected Optional<Integer> schemaChanges(TableName table) {
      return Optional.of(shelf.changes.size());
    }

    @Override
    protected boolean isFenced() {
      return true;
    }

    @Override
    protected void block() {
      shelf.blocked = true;
    }

    @Override
    protected Duration patience() {
      return Duration.ofMillis(500);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isCaught(Fault fault) {
    RUN.assertCaught(fault.caughtBy, () -> new Suite(fault.plant));
  }

  @Test
  void aSoundSinkPasses() {
    RUN.assertSound(() -> new Suite(Writer::new));
  }

  @Test
  void everyTestCatchesAFault() {
    RUN.assertEachTestCatches(Arrays.stream(Fault.values()).map(each -> each.caughtBy).toList());
  }

  private static final class AcknowledgesEarly extends Writer {
    AcknowledgesEarly(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      if (isOpenBefore(resolved)) {
        return super.flush(resolved);
      }
      if (buffer.size() > 3) {
        super.flush(resolved);
      }
      return Optional.of(new Durable(resolved));
    }
  }

  private static final class AcknowledgesLast extends Writer {
    AcknowledgesLast(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      List<RowChange> kept =
          buffer.size() > 6 ? List.of(buffer.remove(buffer.size() - 1)) : List.of();
      Optional<Durable> durable = super.flush(resolved);
      buffer.addAll(kept);
      return durable;
    }
  }

  private static final class LosesRow extends Writer {
    LosesRow(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      if (buffer.size() > 1) {
        buffer.remove(1);
      }
      return super.flush(resolved);
    }
  }

  private static final class StoresTwice extends Writer {
    StoresTwice(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      buffer.addAll(List.copyOf(buffer));
      return super.flush(resolved);
    }
  }

  private static final class NeverDurable extends Writer {
    NeverDurable(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      Optional<Durable> durable = super.flush(resolved);
      return durable.filter(it -> !it.upTo().equals(resolved));
    }
  }

  private static final class WaitsForRows extends Writer {
    WaitsForRows(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      return last == null ? Optional.empty() : super.flush(resolved);
    }
  }

  private static final class GoesBack extends Writer {
    GoesBack(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      durable = null;
      return super.flush(resolved);
    }
  }

  private static final class CoversOpen extends Writer {
    CoversOpen(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    boolean isOpenBefore(Resolved resolved) {
      return false;
    }
  }

  private static final class KeepsVoided extends Writer {
    KeepsVoided(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void write(RowBatch batch) {
      List<RowChange> before = List.copyOf(open);
      super.write(batch);
      if (batch.slice() == 0) {
        (batch.endOfTransaction() ? buffer : open).addAll(0, before);
      }
    }
  }

  private static final class VoidsAll extends Writer {
    VoidsAll(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void write(RowBatch batch) {
      if (batch.slice() == 0 && !open.isEmpty()) {
        buffer.clear();
      }
      super.write(batch);
    }
  }

  private static final class BreaksAtRepeat extends Writer {
    BreaksAtRepeat(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void write(SchemaChange change) {
      int before = sink.changes.size();
      super.write(change);
      if (sink.changes.size() == before) {
        throw new CdcException(StandardErrorCode.EXEC_DDL_FAILED, "there is such a column");
      }
    }
  }

  private static final class ForgetsChanges extends Writer {
    ForgetsChanges(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void write(SchemaChange change) {
      admit();
    }
  }

  private static final class DelaysChanges extends Writer {
    private Optional<SchemaChange> delayed = Optional.empty();

    DelaysChanges(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void write(SchemaChange change) {
      delayed = Optional.of(change);
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      delayed.ifPresent(super::write);
      return super.flush(resolved);
    }
  }

  private static final class IgnoresFence extends Writer {
    IgnoresFence(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    void admit() {
      // Everybody may write.
    }
  }

  private static final class EmptiesShelf extends Writer {
    EmptiesShelf(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
      sink.shelf.clear();
    }
  }

  private static final class ClosesOnce extends Writer {
    ClosesOnce(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void close() {
      if (closing.getCount() == 0) {
        throw new CdcException(StandardErrorCode.EPOCH_BEHIND, "closed already");
      }
      super.close();
    }
  }

  /** Rows that were never acknowledged come when the sink is closed, behind their repetition. */
  private static final class FlushesOldAfterNew extends Writer {
    FlushesOldAfterNew(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void close() {
      if (closing.getCount() > 0 && !buffer.isEmpty()) {
        Collections.reverse(buffer);
        sink.shelf.addAll(buffer);
      }
      super.close();
    }
  }

  private static final class EndsOtherwise extends Writer {
    EndsOtherwise(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void write(RowBatch batch) {
      throw new IllegalStateException("the writer ends otherwise than by being closed");
    }
  }

  /** Lets its writer go only when it is closed once more. */
  private static final class Hangs extends Writer {
    private int closed;

    Hangs(ShelfSink sink, CaptureId capture) {
      super(sink, capture);
    }

    @Override
    public void close() {
      if (++closed > 1) {
        super.close();
      }
    }
  }
}

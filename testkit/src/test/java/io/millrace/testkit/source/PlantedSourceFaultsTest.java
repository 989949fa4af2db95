package io.millrace.testkit.source;

import io.millrace.api.Tso;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.Requirement;
import io.millrace.api.source.StreamOptions;
import io.millrace.testkit.ContractRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract catches sources that break it, each by the test that says what is broken. */
class PlantedSourceFaultsTest {
  private static final ContractRun RUN = new ContractRun(ChangeSourceContract.class);
  private static final String RECONNECT = "aStreamThatReconnectsMissesAndRepeatsNothing";
  private static final String SLICES = "slicesAreOfTheSizeAskedForAndHoldTheSameRows";
  private static final String ORDER = "rowsOfEveryTableComeInOrder";
  private static final String PROMISED = "whatWasReadIsPromised";

  /** What a stream makes of the events of a sound one, poll by poll. */
  private interface Bend extends UnaryOperator<List<ChangeEvent>> {}

  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private enum Fault {
    SKIPS_A_TRANSACTION_AFTER_A_RECONNECT(RECONNECT, bent(SkipsAfterReconnect::new)),
    REPEATS_SLICES_AFTER_A_RECONNECT(RECONNECT, bent(RepeatsAfterReconnect::new)),
    PROMISES_TOO_MUCH(ORDER, resolved(it -> new Resolved(later(it.ts(), 900), it.position()))),
    PROMISES_A_PLACE_TOO_FAR(
        ORDER, resolved(it -> new Resolved(it.ts(), moved(it.position(), 300), it.restart()))),
    PROMISES_LESS_THAN_BEFORE(
        ORDER,
        resolved(it -> new Resolved(new Tso(Long.MAX_VALUE - it.ts().value()), it.position()))),
    LABELS_GO_BACK(ORDER, rows(it -> labelled(it, new Tso(9_000_000 - it.position().offset())))),
    SWAPS_TRANSACTIONS(ORDER, bent(() -> PlantedSourceFaultsTest::reversed)),
    LOSES_A_TABLE(ORDER, rows(it -> holding(it, "orders"))),
    ANNOUNCES_NOTHING(ORDER, adopted(it -> List.of())),
    ANNOUNCES_TWICE(
        "tablesAreAnnouncedOnceBeforeTheirFirstRow", adopted(it -> List.of(it, again(it)))),
    ANNOUNCES_KNOWN_TABLES(
        "knownTablesAreNotAnnounced",
        asking(it -> new StreamOptions(it.stream(), it.tables(), Map.of(), it.sliceBytes()))),
    IGNORES_WHICH_TABLES(
        "tablesNotAskedForAreLeftOut",
        asking(it -> new StreamOptions(it.stream(), t -> true, it.known(), it.sliceBytes()))),
    IGNORES_THE_SIZE_OF_SLICES(
        SLICES, asking(it -> new StreamOptions(it.stream(), it.tables(), it.known()))),
    LOSES_A_ROW_OF_LATER_SLICES(SLICES, rows(it -> it.slice() == 0 ? it : withoutFirst(it))),
    MISCOUNTS_SLICES(SLICES, rows(it -> numbered(it, it.slice() == 2 ? 3 : it.slice()))),
    SWAPS_ROWS_OF_SLICES(SLICES, rows(it -> it.endOfTransaction() ? it : backwards(it))),
    NEVER_ENDS_A_TRANSACTION(ORDER, rows(it -> unended(it))),
    NEVER_PROMISES(PROMISED, bent(() -> events -> without(Resolved.class, events))),
    THE_OLDEST_PLACE_IS_BEYOND_THE_END(PROMISED, OldestBeyond::new),
    THE_LOG_BEGINS_TOMORROW("theLogWasNotBegunLaterThanNow", BegunTomorrow::new),
    RESTARTS_ONE_TOO_LATE("everyRestartGivesTheRest", LateRestarts::new),
    OTHER_ROWS_WHEN_READ_AGAIN("everyRestartGivesTheRest", OtherRowsAgain::new),
    GOES_ON_WHEN_CLOSED("aPollUnderWayEndsWhenTheStreamIsClosed", GoesOn::new);

    private final String caughtBy;
    private final Function<ScriptedSource, ChangeSource> plant;

    Fault(String caughtBy, Function<ScriptedSource, ChangeSource> plant) {
      this.caughtBy = caughtBy;
      this.plant = plant;
    }
  }

  private static final class Suite extends ScriptedLogContract {
    private final Function<ScriptedSource, ChangeSource> plant;

    Suite(Function<ScriptedSource, ChangeSource> plant) {
      this.plant = plant;
    }

    @Override
    protected ChangeSource open(ScriptedSource script) {
      return plant.apply(script);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isCaught(Fault fault) {
    RUN.assertCaught(fault.caughtBy, () -> new Suite(fault.plant));
  }

  @Test
  void aSoundSourceBehindTheSameWrapperPasses() {
    RUN.assertSound(() -> new Suite(Through::new));
  }

  /** What a source leaves open when it closes cannot be seen from one that never waits. */
  @Test
  void everyOtherTestCatchesAFault() {
    List<String> catchers =
        new ArrayList<>(Arrays.stream(Fault.values()).map(each -> each.caughtBy).toList());
    catchers.add("closingTheSourceClosesItsStreams");
    RUN.assertEachTestCatches(catchers);
  }

  // ---- ways to break one

  private static Function<ScriptedSource, ChangeSource> bent(Supplier<Bend> bends) {
    return script ->
        new Through(script) {
          @Override
          Bend bend() {
            return bends.get();
          }
        };
  }

  private static Function<ScriptedSource, ChangeSource> asking(UnaryOperator<StreamOptions> what) {
    return script ->
        new Through(script) {
          @Override
          public ChangeStream open(Restart from, StreamOptions options) {
            return super.open(from, what.apply(options));
          }
        };
  }

  private static <T extends ChangeEvent> Function<ScriptedSource, ChangeSource> each(
      Class<T> kind, Function<T, List<? extends ChangeEvent>> change) {
    return bent(
        () ->
            events -> {
              List<ChangeEvent> changed = new ArrayList<>();
              for (ChangeEvent event : events) {
                changed.addAll(
                    kind.isInstance(event) ? change.apply(kind.cast(event)) : List.of(event));
              }
              return changed;
            });
  }

  private static Function<ScriptedSource, ChangeSource> rows(UnaryOperator<RowBatch> change) {
    return each(RowBatch.class, batch -> List.of(change.apply(batch)));
  }

  private static Function<ScriptedSource, ChangeSource> resolved(UnaryOperator<Resolved> change) {
    return each(Resolved.class, promise -> List.of(change.apply(promise)));
  }

  private static Function<ScriptedSource, ChangeSource> adopted(
      Function<SchemaChange, List<SchemaChange>> change) {
    return each(
        SchemaChange.class,
        it -> it.type() == DdlType.ADOPT_TABLE ? change.apply(it) : List.of(it));
  }

  private static Tso later(Tso ts, int millis) {
    return Tso.ofMillis(ts.millis() + millis, 0);
  }

  private static SourcePosition moved(SourcePosition at, long by) {
    return new SourcePosition(at.server(), at.file(), at.offset() + by, at.ordinal(), "");
  }

  private static RowBatch labelled(RowBatch of, Tso ts) {
    return new RowBatch(
        of.position(), ts, ts, of.slice(), of.rows(), of.bytes(), of.endOfTransaction());
  }

  private static RowBatch with(RowBatch of, int slice, List<RowChange> rows, boolean end) {
    return new RowBatch(of.position(), of.startTs(), of.commitTs(), slice, rows, of.bytes(), end);
  }

  private static RowBatch numbered(RowBatch of, int slice) {
    return with(of, slice, of.rows(), of.endOfTransaction());
  }

  private static RowBatch unended(RowBatch of) {
    return with(of, of.slice(), of.rows(), false);
  }

  private static RowBatch withoutFirst(RowBatch of) {
    return with(of, of.slice(), of.rows().subList(1, of.rows().size()), of.endOfTransaction());
  }

  private static RowBatch backwards(RowBatch of) {
    List<RowChange> rows = new ArrayList<>(of.rows());
    Collections.reverse(rows);
    return with(of, of.slice(), rows, of.endOfTransaction());
  }

  private static RowBatch holding(RowBatch of, String table) {
    return with(
        of,
        of.slice(),
        of.rows().stream().filter(row -> row.table().name().table().equals(table)).toList(),
        of.endOfTransaction());
  }

  private static List<ChangeEvent> reversed(List<ChangeEvent> events) {
    List<ChangeEvent> swapped = new ArrayList<>(events);
    Collections.reverse(swapped);
    return swapped;
  }

  private static List<ChangeEvent> without(Class<?> kind, List<ChangeEvent> events) {
    return events.stream().filter(event -> !kind.isInstance(event)).toList();
  }

  private static SchemaChange again(SchemaChange of) {
    SourcePosition at = of.position();
    return new SchemaChange(
        new SourcePosition(at.server(), at.file(), at.offset(), at.ordinal() + 1, ""),
        of.startTs(),
        of.commitTs(),
        of.type(),
        of.schema(),
        of.query(),
        of.tables());
  }

  /** Leaves a transaction out that is begun again. */
  private static final class SkipsAfterReconnect implements Bend {
    private @Nullable RowBatch open;
    private @Nullable SourcePosition skipped;

    @Override
    public List<ChangeEvent> apply(List<ChangeEvent> events) {
      List<ChangeEvent> kept = new ArrayList<>();
      for (ChangeEvent event : events) {
        if (event instanceof RowBatch batch) {
          RowBatch begun = open;
          if (batch.slice() == 0 && begun != null && begun.position().equals(batch.position())) {
            skipped = batch.position();
          }
          open = batch.endOfTransaction() ? null : batch;
          if (batch.position().equals(skipped)) {
            continue;
          }
        }
        kept.add(event);
      }
      return kept;
    }
  }

  /** Goes on with the numbers of slices, though it begins the transaction again. */
  private static final class RepeatsAfterReconnect implements Bend {
    private @Nullable RowBatch open;
    private int shift;

    @Override
    public List<ChangeEvent> apply(List<ChangeEvent> events) {
      List<ChangeEvent> renumbered = new ArrayList<>();
      for (ChangeEvent event : events) {
        if (event instanceof RowBatch batch) {
          RowBatch begun = open;
          if (batch.slice() == 0) {
            shift = begun == null ? 0 : begun.slice() + 1;
          }
          RowBatch next = numbered(batch, batch.slice() + shift);
          open = next.endOfTransaction() ? null : next;
          renumbered.add(next);
        } else {
          renumbered.add(event);
        }
      }
      return renumbered;
    }
  }

  private static final class OldestBeyond extends Through {
    OldestBeyond(ScriptedSource real) {
      super(real);
    }

    @Override
    public SourcePosition oldest() {
      return moved(real.end(), 1);
    }
  }

  private static final class BegunTomorrow extends Through {
    BegunTomorrow(ScriptedSource real) {
      super(real);
    }

    @Override
    public Optional<Tso> oldestTs() {
      return Optional.of(later(real.now().ts(), 86_400_000));
    }
  }

  private static final class LateRestarts extends Through {
    private final Set<SourcePosition> opened = new HashSet<>();

    LateRestarts(ScriptedSource real) {
      super(real);
    }

    @Override
    public ChangeStream open(Restart from, StreamOptions options) {
      boolean first = opened.isEmpty();
      opened.add(from.position());
      boolean late = !first && from.position().isBefore(moved(real.end(), -100));
      return super.open(late ? new Restart(moved(from.position(), 100), from.ts()) : from, options);
    }
  }

  private static final class OtherRowsAgain extends Through {
    private int streams;

    OtherRowsAgain(ScriptedSource real) {
      super(real);
    }

    @Override
    Bend bend() {
      boolean first = ++streams == 1;
      return events ->
          first
              ? events
              : events.stream()
                  .map(e -> e instanceof RowBatch b ? (ChangeEvent) backwards(b) : e)
                  .toList();
    }
  }

  private static final class GoesOn extends Through {
    GoesOn(ScriptedSource real) {
      super(real);
    }

    @Override
    public ChangeStream open(Restart from, StreamOptions options) {
      ChangeStream stream = super.open(from, options);
      Resolved promise = new Resolved(from.ts(), from.position());
      return new ChangeStream() {
        @Override
        public List<ChangeEvent> poll(Duration wait) {
          List<ChangeEvent> events = stream.poll(wait);
          return events.isEmpty() ? List.of(promise) : events;
        }

        @Override
        public void close() {
          stream.close();
        }
      };
    }
  }

  /** Does what a sound source does. */
  private static class Through implements ChangeSource {
    final ScriptedSource real;

    Through(ScriptedSource real) {
      this.real = real;
    }

    Bend bend() {
      return List::copyOf;
    }

    @Override
    public ChangeStream open(Restart from, StreamOptions options) {
      ChangeStream stream = real.open(from, options);
      Bend bend = bend();
      return new ChangeStream() {
        @Override
        public List<ChangeEvent> poll(Duration wait) {
          return bend.apply(stream.poll(wait));
        }

        @Override
        public void close() {
          stream.close();
        }
      };
    }

    @Override
    public Head now() {
      return real.now();
    }

    @Override
    public SourcePosition locate(Tso ts) {
      return real.locate(ts);
    }

    @Override
    public SourcePosition oldest() {
      return real.oldest();
    }

    @Override
    public Optional<Tso> oldestTs() {
      return real.oldestTs();
    }

    @Override
    public void retain(Tso ts, Duration ttl) {
      real.retain(ts, ttl);
    }

    @Override
    public List<TableSchema> tables() {
      return real.tables();
    }

    @Override
    public List<Requirement> check() {
      return real.check();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}

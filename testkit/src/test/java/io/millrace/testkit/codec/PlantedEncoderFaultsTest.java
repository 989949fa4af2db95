package io.millrace.testkit.codec;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import io.millrace.testkit.ContractRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract catches encoders that break it, each by the test that says what is broken. */
class PlantedEncoderFaultsTest {
  private static final ContractRun RUN = new ContractRun(EncoderContract.class);
  private static final int NO_LIMIT = 1 << 20;

  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private enum Fault {
    SAYS_HELLO("withoutRowsThereIsNothingToHandOver", Greeting::new),
    LOSES_THE_LAST("everyRowIsHandedOverOnceAndInOrder", LosesLast::new),
    REVERSES("everyRowIsHandedOverOnceAndInOrder", Reverses::new),
    COUNTS_MESSAGES_AS_ROWS("everyRowIsHandedOverOnceAndInOrder", CountsMessages::new),
    REPEATS_WHEN_DRAINED_AGAIN("itDoesNotMatterHowOftenItIsDrained", Repeats::new),
    LOSES_WHEN_DRAINED_OFTEN("itDoesNotMatterHowOftenItIsDrained", DrainsOnce::new),
    NUMBERS_MESSAGES("theSameRowsGiveTheSameBytes", Numbers::new),
    MIXES_IN_FORMER_ROWS("anEncoderRemembersNothingOfFormerRows", Repeats::new),
    FORGETS_THE_KIND("whatHappenedToARowShows", ForgetsKind::new),
    CUTS_VALUES("everyTypeHasAFormInWhichItsValuesDiffer", Cuts::new),
    TAKES_NULL_FOR_EMPTY("nullIsNotTheEmptyText", NullIsEmpty::new),
    FORGETS_SCHEMA_CHANGES("aTableThatChangedIsEncodedAsItIsNow", FirstDefinition::new),
    HOLDS_ROWS("noRowIsHeldOnceItIsDrained", Holds::new),
    WRITES_INCOMPLETE_ROWS("aRowThatIsNotWholeIsRefusedAndLeavesNothingBehind", Lenient::new),
    LEAVES_HALF_A_ROW("aRowThatIsNotWholeIsRefusedAndLeavesNothingBehind", LeavesHalf::new),
    IGNORES_THE_LIMIT("messagesKeepToTheLimit", most -> new LineEncoder(NO_LIMIT)),
    SENDS_TOO_LARGE(
        "aRowTooLargeIsRefusedWithTableAndSizeAndLeavesNothingBehind",
        most -> new LineEncoder(NO_LIMIT)),
    NAMES_NO_TABLE("aRowTooLargeIsRefusedWithTableAndSizeAndLeavesNothingBehind", Curt::new),
    DROPS_ALL_AFTER_AN_ERROR(
        "aRowTooLargeIsRefusedWithTableAndSizeAndLeavesNothingBehind", DropsAll::new),
    SCHEMA_CHANGE_TAKES_ROWS_ALONG("aSchemaChangeLeavesRowsAlone", DrainsBeside::new),
    LOSES_THE_STATEMENT("aSchemaChangeLeavesRowsAlone", LosesStatement::new),
    TELLS_OF_ADOPTED_TABLES("aTableMetForTheFirstTimeIsNoStatement", TellsAll::new),
    WATERMARK_DROPS_ROWS("aWatermarkLeavesRowsAlone", DrainsBeside::new),
    WATERMARKS_LOOK_ALIKE("aWatermarkLeavesRowsAlone", SameWatermark::new),
    COUNTS_A_HEADER_AS_ROW("aHeaderLeavesRowsAlone", HeaderIsRow::new),
    POINTS_BEYOND_ITS_ARRAY("everyRowIsHandedOverOnceAndInOrder", BeyondArray::new);

    private final String caughtBy;
    private final IntFunction<EventEncoder> encoder;

    Fault(String caughtBy, IntFunction<EventEncoder> encoder) {
      this.caughtBy = caughtBy;
      this.encoder = encoder;
    }
  }

  private static final class Suite extends EncoderContract {
    private final IntFunction<EventEncoder> encoder;

    Suite(IntFunction<EventEncoder> encoder) {
      this.encoder = encoder;
    }

    @Override
    protected EventEncoder open(Map<String, String> params) {
      return encoder.apply(
          Integer.parseInt(params.getOrDefault("max-message-bytes", "" + NO_LIMIT)));
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isCaught(Fault fault) {
    RUN.assertCaught(fault.caughtBy, () -> new Suite(fault.encoder));
  }

  @Test
  void aSoundEncoderPasses() {
    RUN.assertSound(() -> new Suite(LineEncoder::new));
  }

  @Test
  void everyTestCatchesAFault() {
    RUN.assertEachTestCatches(Arrays.stream(Fault.values()).map(each -> each.caughtBy).toList());
  }

  private static final class Greeting extends LineEncoder {
    Greeting(int most) {
      super(most);
      pending.add(List.of());
    }
  }

  private static final class LosesLast extends LineEncoder {
    LosesLast(int most) {
      super(most);
    }

    @Override
    public void drain(MessageSink out) {
      if (!pending.isEmpty()) {
        List<String> last = pending.remove(pending.size() - 1);
        pending.add(last.subList(0, last.size() - 1));
      }
      super.drain(out);
    }
  }

  private static final class Reverses extends LineEncoder {
    Reverses(int most) {
      super(most);
    }

    @Override
    public void drain(MessageSink out) {
      pending.forEach(Collections::reverse);
      super.drain(out);
    }
  }

  private static final class CountsMessages extends LineEncoder {
    CountsMessages(int most) {
      super(most);
    }

    @Override
    public void drain(MessageSink out) {
      pending.forEach(lines -> handOver(String.join("", lines), 1, out));
      pending.clear();
    }
  }

  private static final class Repeats extends LineEncoder {
    Repeats(int most) {
      super(most);
    }

    @Override
    public void drain(MessageSink out) {
      pending.forEach(lines -> handOver(String.join("", lines), lines.size(), out));
    }
  }

  private static final class DrainsOnce extends LineEncoder {
    private boolean drained;

    DrainsOnce(int most) {
      super(most);
    }

    @Override
    public void drain(MessageSink out) {
      if (!drained) {
        super.drain(out);
      }
      drained = true;
    }
  }

  private static final class Numbers extends LineEncoder {
    private static final AtomicInteger NEXT = new AtomicInteger();

    Numbers(int most) {
      super(most);
    }

    @Override
    String line(RowChange row) {
      return NEXT.incrementAndGet() + super.line(row);
    }
  }

  private static final class ForgetsKind extends LineEncoder {
    ForgetsKind(int most) {
      super(most);
    }

    @Override
    String line(RowChange row) {
      return super.line(row).replaceFirst("^[A-Z]+", "ROW");
    }
  }

  private static final class Cuts extends LineEncoder {
    Cuts(int most) {
      super(most);
    }

    @Override
    String value(RowChange row, Row image, int column) {
      String whole = super.value(row, image, column);
      return whole.substring(0, Math.min(whole.length(), 12));
    }
  }

  private static final class NullIsEmpty extends LineEncoder {
    NullIsEmpty(int most) {
      super(most);
    }

    @Override
    String value(RowChange row, Row image, int column) {
      return image.isPresent(column) && image.isNull(column)
          ? "''"
          : super.value(row, image, column);
    }
  }

  private static final class FirstDefinition extends LineEncoder {
    private int columns;

    FirstDefinition(int most) {
      super(most);
    }

    @Override
    String value(RowChange row, Row image, int column) {
      columns = columns == 0 ? row.table().columns().size() : columns;
      return column < columns ? super.value(row, image, column) : "";
    }
  }

  private static final class Holds extends LineEncoder {
    private final List<RowChange> held = new ArrayList<>();

    Holds(int most) {
      super(most);
    }

    @Override
    public void append(RowChange row, Tso commitTs) {
      super.append(row, commitTs);
      held.add(row);
    }

    @Override
    public String toString() {
      return held.toString();
    }
  }

  private static final class Lenient extends LineEncoder {
    Lenient(int most) {
      super(most);
    }

    @Override
    String value(RowChange row, Row image, int column) {
      return image.isPresent(column) ? super.value(row, image, column) : "";
    }
  }

  private static final class LeavesHalf extends LineEncoder {
    LeavesHalf(int most) {
      super(most);
    }

    @Override
    String value(RowChange row, Row image, int column) {
      if (!image.isPresent(column)) {
        put("half a row");
      }
      return super.value(row, image, column);
    }
  }

  private static final class Curt extends LineEncoder {
    Curt(int most) {
      super(most);
    }

    @Override
    void add(RowChange row, String line) {
      if (length(List.of(line)) > most) {
        throw new CdcException(StandardErrorCode.MESSAGE_TOO_LARGE, "too large");
      }
      put(line);
    }
  }

  private static final class DropsAll extends LineEncoder {
    DropsAll(int most) {
      super(most);
    }

    @Override
    void add(RowChange row, String line) {
      if (length(List.of(line)) > most) {
        pending.clear();
      }
      super.add(row, line);
    }
  }

  private static final class DrainsBeside extends LineEncoder {
    DrainsBeside(int most) {
      super(most);
    }

    @Override
    public void encode(SchemaChange change, MessageSink out) {
      drain(out);
      super.encode(change, out);
    }

    @Override
    public void encodeCheckpoint(Tso ts, MessageSink out) {
      pending.clear();
      super.encodeCheckpoint(ts, out);
    }
  }

  private static final class LosesStatement extends LineEncoder {
    LosesStatement(int most) {
      super(most);
    }

    @Override
    public void encode(SchemaChange change, MessageSink out) {
      handOver("DDL " + change.schema(), 0, out);
    }
  }

  private static final class TellsAll extends LineEncoder {
    TellsAll(int most) {
      super(most);
    }

    @Override
    public void encode(SchemaChange change, MessageSink out) {
      handOver("DDL " + change.query(), 0, out);
    }
  }

  private static final class SameWatermark extends LineEncoder {
    SameWatermark(int most) {
      super(most);
    }

    @Override
    public void encodeCheckpoint(Tso ts, MessageSink out) {
      handOver("WATERMARK", 0, out);
    }
  }

  private static final class HeaderIsRow extends LineEncoder {
    HeaderIsRow(int most) {
      super(most);
    }

    @Override
    public void header(TableSchema table, MessageSink out) {
      handOver("HEADER " + table.name(), 1, out);
    }
  }

  private static final class BeyondArray extends LineEncoder {
    BeyondArray(int most) {
      super(most);
    }

    @Override
    public void drain(MessageSink out) {
      super.drain(
          (bytes, keyOffset, keyLength, offset, length, rows) ->
              out.accept(bytes, keyOffset, keyLength, offset + 1, length, rows));
    }
  }
}

package io.millrace.testkit.codec;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.api.event.ColumnType.VARCHAR;
import static io.millrace.testkit.event.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.testkit.event.Rows;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every encoder must do, whatever its protocol. A subclass opens encoders, all alike.
 *
 * <p><i>Source:</i> the documentation of {@link EventEncoder} and of {@link
 * io.millrace.api.codec.MessageSink}.
 */
@Timeout(120)
public abstract class EncoderContract {
  private static final Tso TS = Tso.ofMillis(1_700_000_000_000L, 1);
  private static final TableSchema ORDERS = orders("shop.orders").build();
  private static final TableSchema ITEMS = orders("shop.items").build();
  private static final int ROWS = 40;
  private static final int LARGE = 20;
  private static final int COLLECTIONS = 50;

  /** For subclasses. */
  protected EncoderContract() {}

  /**
   * Opens an encoder of {@code topic}, in UTC, its clock standing still.
   *
   * @param params the protocol's parameters, beside those that it cannot do without
   */
  protected abstract EventEncoder open(Map<String, String> params);

  /** Returns the parameters that let a message have so many bytes at most. */
  protected Map<String, String> limitedTo(int bytes) {
    return Map.of("max-message-bytes", Integer.toString(bytes));
  }

  /**
   * Returns a message in which plain letters of values can be found; for protocols that do not
   * write them as they are.
   */
  protected String text(byte[] key, byte[] value) {
    return new String(key, StandardCharsets.ISO_8859_1)
        + new String(value, StandardCharsets.ISO_8859_1);
  }

  private static io.millrace.testkit.event.TableBuilder orders(String name) {
    return table(name)
        .column("id", VARCHAR)
        .column("note", VARCHAR)
        .column("amount", BIGINT)
        .primaryKey("id");
  }

  private EventEncoder open() {
    return open(Map.of());
  }

  private static String mark(int number) {
    return "mark-%06d-".formatted(number);
  }

  /** Returns inserts, updates and deletes of two tables, each with its mark in its key. */
  private static List<RowChange> rows(int number) {
    return IntStream.range(0, number).mapToObj(EncoderContract::row).toList();
  }

  private static RowChange row(int i) {
    TableSchema table = i % 2 == 0 ? ORDERS : ITEMS;
    return switch (i % 3) {
      case 0 -> Rows.insert(table, mark(i), "new", i);
      case 1 -> Rows.update(table, list(mark(i), "old", i), list(mark(i), "new", i + 1));
      default -> Rows.delete(table, mark(i), "old", i);
    };
  }

  private static List<Object> list(Object... values) {
    return List.of(values);
  }

  private static void append(EventEncoder encoder, List<RowChange> rows) {
    rows.forEach(row -> encoder.append(row, TS));
  }

  private List<Message> encoded(RowChange... rows) {
    EventEncoder encoder = open();
    append(encoder, List.of(rows));
    return Message.drained(encoder);
  }

  private void assertInOrder(List<Message> messages, int rows) {
    StringBuilder all = new StringBuilder();
    messages.forEach(each -> all.append(text(each.keyBytes(), each.valueBytes())));
    int at = -1;
    for (int i = 0; i < rows; i++) {
      int next = all.indexOf(mark(i));
      assertThat(next).as("where row %d begins, behind the one before it", i).isGreaterThan(at);
      at = next;
    }
  }

  // ---- rows

  @Test
  void withoutRowsThereIsNothingToHandOver() {
    assertThat(Message.drained(open())).isEmpty();
  }

  @Test
  void everyRowIsHandedOverOnceAndInOrder() {
    EventEncoder encoder = open();
    append(encoder, rows(ROWS));
    List<Message> messages = Message.drained(encoder);
    assertThat(Message.rows(messages)).isEqualTo(ROWS);
    assertInOrder(messages, ROWS);
    assertThat(Message.drained(encoder)).isEmpty();
  }

  @Test
  void itDoesNotMatterHowOftenItIsDrained() {
    EventEncoder encoder = open();
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      encoder.append(row(i), TS);
      if (i % 7 == 0) {
        encoder.drain(Message.into(messages));
      }
    }
    encoder.drain(Message.into(messages));
    assertThat(Message.rows(messages)).isEqualTo(ROWS);
    assertInOrder(messages, ROWS);
  }

  @Test
  void theSameRowsGiveTheSameBytes() {
    RowChange[] rows = rows(ROWS).toArray(RowChange[]::new);
    assertThat(encoded(rows)).isEqualTo(encoded(rows));
  }

  @Test
  void anEncoderRemembersNothingOfFormerRows() {
    EventEncoder used = open();
    append(used, rows(ROWS));
    assertThat(Message.drained(used)).isNotEmpty();
    append(used, List.of(row(4), row(2)));
    EventEncoder other = open();
    append(other, rows(ROWS));
    append(other, List.of(row(4), row(2)));
    List<Message> whole = Message.drained(other);
    List<Message> rest = Message.drained(used);
    assertThat(Message.rows(rest)).isEqualTo(2);
    assertThat(text(rest)).contains(mark(4)).contains(mark(2)).doesNotContain(mark(3));
    assertThat(Message.rows(whole)).isEqualTo(ROWS + 2);
  }

  private String text(List<Message> messages) {
    StringBuilder all = new StringBuilder();
    messages.forEach(each -> all.append(text(each.keyBytes(), each.valueBytes())));
    return all.toString();
  }

  @Test
  void whatHappenedToARowShows() {
    List<Message> insert = encoded(Rows.insert(ORDERS, "a", "b", 1));
    List<Message> delete = encoded(Rows.delete(ORDERS, "a", "b", 1));
    assertThat(insert).isNotEqualTo(delete);
  }

  @Test
  void everyTypeHasAFormInWhichItsValuesDiffer() {
    for (EveryType each : EveryType.all()) {
      List<Message> first = encoded(Rows.insert(each.table(), "k", each.first()));
      List<Message> second = encoded(Rows.insert(each.table(), "k", each.second()));
      List<Message> none = encoded(Rows.insert(each.table(), "k", null));
      assertThat(Message.rows(first)).isEqualTo(1);
      assertThat(first).as("%s", each).isNotEqualTo(second).isNotEqualTo(none);
      assertThat(second).as("%s", each).isNotEqualTo(none);
    }
  }

  @Test
  void nullIsNotTheEmptyText() {
    assertThat(encoded(Rows.insert(ORDERS, "a", "", 1)))
        .isNotEqualTo(encoded(Rows.insert(ORDERS, "a", null, 1)));
  }

  @Test
  void aTableThatChangedIsEncodedAsItIsNow() {
    TableSchema changed = orders("shop.orders").column("more", VARCHAR).build();
    EventEncoder encoder = open();
    encoder.append(row(0), TS);
    encoder.append(Rows.insert(changed, "a", "b", 1, "added-here"), TS);
    encoder.append(row(6), TS);
    List<Message> messages = Message.drained(encoder);
    assertThat(Message.rows(messages)).isEqualTo(3);
    assertThat(text(messages)).contains(mark(0)).contains("added-here").contains(mark(6));
  }

  @Test
  void noRowIsHeldOnceItIsDrained() {
    EventEncoder encoder = open();
    List<WeakReference<RowChange>> held = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      RowChange row = row(i);
      encoder.append(row, TS);
      held.add(new WeakReference<>(row));
    }
    assertThat(Message.rows(Message.drained(encoder))).isEqualTo(ROWS);
    for (int i = 0; i < COLLECTIONS && held.stream().anyMatch(row -> row.get() != null); i++) {
      System.gc();
    }
    assertThat(held).allMatch(row -> row.get() == null);
    assertThat(Message.drained(encoder)).isEmpty();
  }

  // ---- errors

  private static void assertRefused(CdcException refusal, ErrorCode code) {
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal).hasMessageContaining("shop.orders");
  }

  @Test
  void aRowThatIsNotWholeIsRefusedAndLeavesNothingBehind() {
    EventEncoder encoder = open();
    encoder.append(row(0), TS);
    assertRefused(
        catchThrowableOfType(
            CdcException.class,
            () -> encoder.append(Rows.insert(ORDERS, "k", Rows.ABSENT, Rows.ABSENT), TS)),
        StandardErrorCode.ENCODE_FAILED);
    encoder.append(row(1), TS);
    assertThat(Message.drained(encoder)).isEqualTo(encoded(row(0), row(1)));
  }

  @Test
  void messagesKeepToTheLimit() {
    int most = LARGE + largest(encoded(row(0)));
    EventEncoder encoder = open(limitedTo(most + 100));
    append(encoder, rows(ROWS));
    List<Message> messages = Message.drained(encoder);
    assertThat(Message.rows(messages)).isEqualTo(ROWS);
    assertThat(messages).allMatch(each -> each.size() <= most + 100);
    assertInOrder(messages, ROWS);
  }

  private int largest(List<Message> messages) {
    int most = 0;
    for (int i = 0; i < 6; i++) {
      most = Math.max(most, encoded(row(i)).stream().mapToInt(Message::size).max().orElse(0));
    }
    return Math.max(most, messages.stream().mapToInt(Message::size).max().orElse(0));
  }

  @Test
  void aRowTooLargeIsRefusedWithTableAndSizeAndLeavesNothingBehind() {
    int most = largest(encoded(row(0))) + 100;
    EventEncoder encoder = open(limitedTo(most));
    encoder.append(row(0), TS);
    String note = "n".repeat(LARGE * most);
    CdcException refusal =
        catchThrowableOfType(
            CdcException.class, () -> encoder.append(Rows.insert(ORDERS, "a", note, 1), TS));
    assertRefused(refusal, StandardErrorCode.MESSAGE_TOO_LARGE);
    assertThat(refusal.getMessage()).containsPattern("\\b\\d{4,}\\b");
    encoder.append(row(1), TS);
    EventEncoder untouched = open(limitedTo(most));
    append(untouched, List.of(row(0), row(1)));
    assertThat(Message.drained(encoder)).isEqualTo(Message.drained(untouched));
  }

  // ---- what is no row

  private static SchemaChange change(DdlType type, TableSchema table, String query) {
    return new SchemaChange(
        new SourcePosition("upstream", 1, 100, 0, ""),
        TS,
        TS,
        type,
        table.name().schema(),
        query,
        List.of(
            new TableChange(
                Optional.of(table.name()), Optional.of(table.name()), Optional.of(table))));
  }

  private interface Beside {
    void handOver(EventEncoder encoder, List<Message> into);
  }

  /** Checks that what is no row holds none, and leaves rows taken before it alone. */
  private List<Message> beside(Beside what) {
    EventEncoder encoder = open();
    append(encoder, List.of(row(0), row(1)));
    List<Message> messages = new ArrayList<>();
    what.handOver(encoder, messages);
    assertThat(messages).allMatch(each -> each.rows() == 0);
    encoder.append(row(2), TS);
    List<Message> rows = Message.drained(encoder);
    assertThat(rows).isEqualTo(encoded(row(0), row(1), row(2)));
    List<Message> again = new ArrayList<>();
    what.handOver(open(), again);
    assertThat(again).as("the same from every encoder").isEqualTo(messages);
    return messages;
  }

  @Test
  void aSchemaChangeLeavesRowsAlone() {
    SchemaChange change =
        change(DdlType.ADD_COLUMN, ORDERS, "ALTER TABLE orders ADD COLUMN more INT");
    List<Message> messages = beside((encoder, into) -> encoder.encode(change, Message.into(into)));
    if (!messages.isEmpty()) {
      assertThat(text(messages)).contains("ALTER TABLE orders ADD COLUMN more INT");
    }
  }

  @Test
  void aTableMetForTheFirstTimeIsNoStatement() {
    SchemaChange adopted = change(DdlType.ADOPT_TABLE, ORDERS, "");
    assertThat(beside((encoder, into) -> encoder.encode(adopted, Message.into(into)))).isEmpty();
  }

  @Test
  void aWatermarkLeavesRowsAlone() {
    List<Message> one = beside((encoder, into) -> encoder.encodeCheckpoint(TS, Message.into(into)));
    List<Message> later =
        beside((encoder, into) -> encoder.encodeCheckpoint(TS.next(), Message.into(into)));
    if (!one.isEmpty()) {
      assertThat(later).isNotEqualTo(one);
    }
  }

  @Test
  void aHeaderLeavesRowsAlone() {
    assertThat(beside((encoder, into) -> encoder.header(ORDERS, Message.into(into)))).isNotNull();
  }
}

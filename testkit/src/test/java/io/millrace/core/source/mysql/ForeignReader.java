package io.millrace.core.source.mysql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A consumer's own reader of a protocol's messages. <i>Threads:</i> one. */
interface ForeignReader extends AutoCloseable {
  /**
   * A row as the reader gives it.
   *
   * @param kind which image: {@code +I}, {@code -U}, {@code +U}, {@code -D}; or {@code key}
   * @param values the text of each column's value, empty for NULL
   */
  record Image(String kind, Map<String, Optional<String>> values) {}

  /**
   * A message.
   *
   * @param value empty where there is none
   */
  record Message(Optional<byte[]> key, Optional<byte[]> value) {}

  /** Returns the protocol's name. */
  String protocol();

  /** Returns the encoder's parameters. */
  Map<String, String> params();

  /** Begins the messages of a table, and of one kind of change. */
  default void begin(TableSchema table, RowChange.Kind kind) {}

  /** Returns the images that a message holds. */
  List<Image> read(Message message);

  /** Returns the kinds of the images that a change's message must hold. */
  default List<String> kinds(RowChange.Kind kind) {
    return switch (kind) {
      case INSERT -> List.of("+I");
      case UPDATE -> List.of("-U", "+U");
      case DELETE -> List.of("-D");
    };
  }

  /** Returns the text that the reader must give for a value; empty for NULL. */
  Optional<String> wanted(Column column, Cell cell);

  /** Returns whether the reader's type of a column has such a value at all. */
  default boolean holds(Column column, Cell cell) {
    return true;
  }

  /** Returns whether a text is the one wanted; of floating point, whether it is the same number. */
  default boolean same(Column column, String wanted, String found) {
    return switch (column.type()) {
      case FLOAT -> Float.parseFloat(found) == (float) Double.parseDouble(wanted);
      case DOUBLE -> Double.parseDouble(found) == Double.parseDouble(wanted);
      default -> found.equals(wanted);
    };
  }

  @Override
  default void close() {}

  /** Returns a value's text: digits of whole numbers, labels, hex digits of bytes. */
  static String text(Column column, Cell cell) {
    return column.type().family() == ColumnType.Family.INTEGER
        ? new BigInteger(cell.text()).toString()
        : cell.text();
  }

  /** Returns a value's text, that of ENUM and SET as a number. */
  static String numbered(Column column, Cell cell) {
    return column.type().family() == ColumnType.Family.LABELS
        ? Long.toUnsignedString(cell.number())
        : text(column, cell);
  }

  /** Returns a value's text, bytes as the characters of the same number: Canal's way. */
  static String latin1(Column column, Cell cell) {
    return column.type().family() == ColumnType.Family.BINARY
        ? new String(cell.bytes(), ISO_8859_1)
        : numbered(column, cell);
  }
}

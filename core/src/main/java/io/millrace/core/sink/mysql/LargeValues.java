package io.millrace.core.sink.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType.Family;
import io.millrace.api.event.Row;
import io.millrace.core.text.ByteBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values too large to stand in their statement: a packet would not hold them. They are put together
 * in variables of the session first, piece by piece.
 *
 * <p><i>Threads:</i> one.
 */
final class LargeValues {
  private static final int KEPT = 1 << 16;
  private static final int LARGE = 1 << 16;

  private final Script script;
  private final long maxPacket;
  private final ByteBuilder bytes = new ByteBuilder(256);
  private final List<Value> values = new ArrayList<>();

  private record Value(Row row, int column, String reference) {}

  /**
   * Creates an empty collection.
   *
   * @param maxPacket what the server takes at once, in bytes
   */
  LargeValues(Script script, long maxPacket) {
    this.script = script;
    this.maxPacket = maxPacket;
  }

  /** Returns how a value is referred to, or null where it is not kept here. */
  // images are told apart as such: two rows may be equal
  @SuppressWarnings("ReferenceEquality")
  @Nullable String find(Row row, int column) {
    for (Value value : values) {
      if (value.row() == row && value.column() == column) {
        return value.reference();
      }
    }
    return null;
  }

  /** Writes statements that put an image's large values into variables. */
  void take(TablePlan plan, Row row, Tso ts) {
    for (int i = 0; i < plan.schema().columns().size(); i++) {
      Column column = plan.column(i);
      Family family = column.type().family();
      boolean mayBeLarge =
          family == Family.CHARACTER || family == Family.BINARY || family == Family.JSON;
      if (!mayBeLarge || !row.isPresent(i) || row.isNull(i)) {
        continue;
      }
      boolean utf8 =
          family == Family.JSON || (family == Family.CHARACTER && Literals.goesInUtf8(column));
      bytes.clear(KEPT);
      if (utf8) {
        row.write(i, bytes);
      } else {
        ByteBuffer given = row.bytesAt(i);
        while (given.hasRemaining()) {
          bytes.write(given.get());
        }
      }
      if (bytes.size() > LARGE) {
        String name = "@millrace" + values.size();
        store(plan, column, name, ts);
        String charset = utf8 ? "utf8mb4" : column.charset().orElse("");
        boolean text = family != Family.BINARY;
        values.add(new Value(row, i, text ? "CONVERT(" + name + " USING " + charset + ")" : name));
      }
    }
  }

  /** Few pieces, for each is copied with those before it. */
  private int piece() {
    return (int) Math.min(maxPacket / 8, Math.max(LARGE, bytes.size() / 16));
  }

  private void store(TablePlan plan, Column column, String name, Tso ts) {
    if (bytes.size() > maxPacket) {
      throw new CdcException(
          StandardErrorCode.MYSQL_QUERY_ERROR,
          "MySQL query error: a value of column "
              + column.name()
              + " of table "
              + plan.schema().name()
              + " at ts "
              + ts
              + " has "
              + bytes.size()
              + " bytes, the downstream's max_allowed_packet is "
              + maxPacket
              + ": raise it there");
    }
    int piece = piece();
    for (int from = 0; from < bytes.size(); from += piece) {
      int length = Math.min(piece, bytes.size() - from);
      script.text().write("SET " + name + (from == 0 ? "=" : "=CONCAT(" + name + ","));
      script.literals().hex(ByteBuffer.wrap(bytes.array(), from, length));
      script.text().write(from == 0 ? "" : ")");
      script.end(plan, ts, ts);
    }
  }

  /** Writes a statement that lets all go. */
  void forget(TablePlan plan, Tso ts) {
    for (int i = 0; i < values.size(); i++) {
      script.text().write((i == 0 ? "SET" : ",") + " @millrace" + i + "=NULL");
    }
    if (!values.isEmpty()) {
      script.end(plan, ts, ts);
      values.clear();
    }
  }
}

package io.millrace.testkit.codec;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rows as lines, as many in a message as there is room for. */
class LineEncoder implements EventEncoder {
  final int most;
  final List<List<String>> pending = new ArrayList<>();

  LineEncoder(int most) {
    this.most = most;
  }

  @Override
  public void append(RowChange row, Tso commitTs) {
    add(row, line(row));
  }

  void add(RowChange row, String line) {
    if (length(List.of(line)) > most) {
      throw new CdcException(
          StandardErrorCode.MESSAGE_TOO_LARGE,
          "a message of table %s takes %d bytes, more than %d"
              .formatted(row.table().name(), length(List.of(line)), most));
    }
    put(line);
  }

  void put(String line) {
    List<String> last = pending.isEmpty() ? List.of() : pending.get(pending.size() - 1);
    List<String> joined = new ArrayList<>(last);
    joined.add(line);
    if (last.isEmpty() || length(joined) > most) {
      pending.add(new ArrayList<>(List.of(line)));
    } else {
      pending.set(pending.size() - 1, joined);
    }
  }

  static int length(List<String> lines) {
    return String.join("", lines).getBytes(StandardCharsets.UTF_8).length;
  }

  String line(RowChange row) {
    Row image = row.kind() == RowChange.Kind.DELETE ? row.before() : row.after();
    StringBuilder line = new StringBuilder(row.kind() + " " + row.table().name());
    for (int i = 0; i < row.table().columns().size(); i++) {
      line.append('|').append(row.table().columns().get(i).name()).append('=');
      line.append(value(row, image, i));
    }
    return line.append('\n').toString();
  }

  String value(RowChange row, Row image, int column) {
    if (!image.isPresent(column)) {
      throw new CdcException(
          StandardErrorCode.ENCODE_FAILED,
          "a row of table " + row.table().name() + " is not whole");
    }
    return image.isNull(column) ? "NULL" : "'" + image.textAt(column) + "'";
  }

  @Override
  public void drain(MessageSink out) {
    pending.forEach(lines -> handOver(String.join("", lines), lines.size(), out));
    pending.clear();
  }

  static void handOver(String text, int rows, MessageSink out) {
    byte[] bytes = ("..." + text).getBytes(StandardCharsets.UTF_8);
    out.accept(bytes, 0, -1, 3, bytes.length - 3, rows);
  }

  @Override
  public void header(TableSchema table, MessageSink out) {
    handOver("HEADER " + table.name(), 0, out);
  }

  @Override
  public void encode(SchemaChange change, MessageSink out) {
    if (change.type() != DdlType.ADOPT_TABLE) {
      handOver("DDL " + change.query(), 0, out);
    }
  }

  @Override
  public void encodeCheckpoint(Tso ts, MessageSink out) {
    handOver("WATERMARK " + ts, 0, out);
  }
}

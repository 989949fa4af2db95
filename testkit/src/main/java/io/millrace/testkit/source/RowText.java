package io.millrace.testkit.source;

import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as text, to compare and to show. */
final class RowText {
  private RowText() {}

  /** Returns kind, table and images. */
  static String of(RowChange row) {
    String images =
        switch (row.kind()) {
          case INSERT -> image(row, row.after());
          case UPDATE -> image(row, row.before()) + " -> " + image(row, row.after());
          case DELETE -> image(row, row.before());
        };
    return row.kind() + " " + row.table().name() + " " + images;
  }

  private static String image(RowChange change, Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < change.table().columns().size(); i++) {
      values.add(row.isPresent(i) ? text(row.valueAt(i)) : "absent");
    }
    return values.toString();
  }

  private static String text(@Nullable Object value) {
    if (!(value instanceof ByteBuffer bytes)) {
      return String.valueOf(value);
    }
    StringBuilder hex = new StringBuilder();
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      hex.append("%02x".formatted(bytes.get(i)));
    }
    return hex.toString();
  }
}

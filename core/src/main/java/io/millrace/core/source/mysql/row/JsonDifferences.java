package io.millrace.core.source.mysql.row;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Applies the differences of a partial JSON update.
 *
 * <p><i>Source:</i> json_diff.h of MySQL 8.0: an operation, a path, and but for a removal a value.
 */
final class JsonDifferences {
  private static final int REPLACE = 0;
  private static final int INSERT = 1;
  private static final int REMOVE = 2;

  private JsonDifferences() {}

  /** Returns the document after the differences in a stretch of bytes. */
  static JsonTree apply(JsonTree before, byte[] b, int at, int length) {
    Cursor cursor = new Cursor(b, at, length, "the differences of a JSON value");
    JsonTree root = before;
    while (cursor.remaining() > 0) {
      int operation = cursor.u8();
      String path = new String(cursor.take(cursor.length()), StandardCharsets.UTF_8);
      List<JsonPath.Leg> legs = JsonPath.parse(path).legs();
      JsonTree value = null;
      if (operation != REMOVE) {
        int size = cursor.length();
        value = JsonTree.read(b, cursor.skip(size), size);
      }
      if (legs.isEmpty()) {
        if (operation != REPLACE || value == null) {
          throw unfit(operation, path);
        }
        root = value;
        continue;
      }
      JsonTree parent = root;
      for (JsonPath.Leg leg : legs.subList(0, legs.size() - 1)) {
        int number = place(parent, leg);
        if (number < 0 || number >= parent.elements().size()) {
          throw unfit(operation, path);
        }
        parent = parent.elements().get(number);
      }
      JsonPath.Leg last = legs.get(legs.size() - 1);
      int place = place(parent, last);
      boolean there = place >= 0 && place < parent.elements().size();
      if (operation == REPLACE && there && value != null) {
        parent.elements().set(place, value);
      } else if (operation == REMOVE && there) {
        parent.remove(place);
      } else if (operation == INSERT && value != null && (!last.member() || !there)) {
        if (last.member()) {
          parent.insert(-place - 1, last.keyBytes(), value);
        } else {
          parent.elements().add(Math.min(place, parent.elements().size()), value);
        }
      } else {
        throw unfit(operation, path);
      }
    }
    return root;
  }

  /** Returns the number of the element a step leads to; negative where an object has none. */
  private static int place(JsonTree parent, JsonPath.Leg leg) {
    if (leg.member() != parent.isObject() || leg.member() == parent.isArray()) {
      throw Unreadable.damaged("a difference of a JSON value goes another way than its document");
    }
    return leg.member() ? parent.find(leg.keyBytes()) : leg.index();
  }

  private static RuntimeException unfit(int operation, String path) {
    return Unreadable.damaged(
        "a difference of a JSON value, operation "
            + operation
            + " at "
            + path
            + ", does not fit the value before");
  }
}

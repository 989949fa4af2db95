package io.millrace.core.source.mysql.row;

import io.millrace.api.event.ByteSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document that can be changed. A container is unfolded only when something below it
 * changes; until then it is the stretch of bytes it came from.
 */
final class JsonTree {
  private final byte[] bytes;
  private final int type;
  private final int at;
  private final int end;

  /** The elements, once unfolded. */
  private @Nullable List<JsonTree> elements;

  /** The keys of an object's elements, in the same order. */
  private @Nullable List<byte[]> keys;

  private JsonTree(byte[] bytes, int type, int at, int end) {
    this.bytes = bytes;
    this.type = type;
    this.at = at;
    this.end = end;
  }

  /** Returns a document: a type byte and what follows. */
  static JsonTree read(byte[] b, int at, int length) {
    return length == 0
        ? new JsonTree(new byte[] {0}, 4, 0, 1)
        : new JsonTree(b, b[at] & 0xff, at + 1, at + length);
  }

  /** Returns the bytes it was read from. */
  int length() {
    return end - at + 1;
  }

  boolean isObject() {
    return type == JsonText.SMALL_OBJECT || type == JsonText.LARGE_OBJECT;
  }

  boolean isArray() {
    return type == JsonText.SMALL_ARRAY || type == JsonText.LARGE_ARRAY;
  }

  /** Returns the elements, to be changed. */
  List<JsonTree> elements() {
    List<JsonTree> known = elements;
    return known == null ? unfold() : known;
  }

  /** Returns an element of an object's number; negative, as a place to insert, where it is none. */
  int find(byte[] key) {
    int low = 0;
    int high = elements().size();
    List<byte[]> names = keys == null ? List.of() : keys;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = compare(names.get(middle), key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -low - 1;
  }

  /** Inserts an element of an object where {@link #find} says. */
  void insert(int place, byte[] key, JsonTree value) {
    elements().add(place, value);
    if (keys != null) {
      keys.add(place, key);
    }
  }

  /** Removes an element. */
  void remove(int number) {
    elements().remove(number);
    if (keys != null) {
      keys.remove(number);
    }
  }

  /**
   * Writes the document as text.
   *
   * @param budget as in {@link JsonText}
   * @return what is left of it
   */
  int write(int level, int budget, ByteSink out) {
    if (elements == null) {
      return JsonText.write(bytes, type, at, end, level, budget, out);
    }
    int rest = budget;
    out.write(keys != null ? '{' : '[');
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0) {
        out.write(',');
        out.write(' ');
      }
      if (keys != null) {
        byte[] key = keys.get(i);
        JsonText.writeString(key, 0, key.length, out);
        out.write(':');
        out.write(' ');
      }
      rest = elements.get(i).write(level + 1, rest, out);
    }
    out.write(keys != null ? '}' : ']');
    return rest;
  }

  private List<JsonTree> unfold() {
    if (!isObject() && !isArray()) {
      throw Unreadable.damaged("a difference of a JSON value goes into a value that has no parts");
    }
    JsonContainer container = JsonContainer.read(bytes, type, at, end);
    List<JsonTree> values = new ArrayList<>(container.count());
    List<byte[]> names = new ArrayList<>();
    long keyBytes = 0;
    for (int i = 0; i < container.count(); i++) {
      values.add(
          new JsonTree(bytes, container.valueType(i), container.valueOffset(i), container.end()));
      if (container.isObject()) {
        int key = container.keyOffset(i);
        keyBytes += container.keyLength(i);
        if (keyBytes > end - at) {
          throw Unreadable.damaged("the keys of a JSON object lie over each other");
        }
        names.add(Arrays.copyOfRange(bytes, key, key + container.keyLength(i)));
      }
    }
    elements = values;
    keys = container.isObject() ? names : null;
    return values;
  }

  /** Orders keys as the server does: short ones first, those of a length by their bytes. */
  private static int compare(byte[] a, byte[] b) {
    return a.length != b.length
        ? Integer.compare(a.length, b.length)
        : Arrays.compareUnsigned(a, b);
  }
}

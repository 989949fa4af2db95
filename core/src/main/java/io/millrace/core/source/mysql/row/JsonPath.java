package io.millrace.core.source.mysql.row;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in a JSON document, such as {@code $.a."b c"[3]}.
 *
 * @param legs the steps from the root
 */
record JsonPath(List<Leg> legs) {

  /**
   * One step: a key, or where that is empty-handed a number.
   *
   * @param member whether the step is into an object
   * @param key the key, in UTF-8
   * @param index the number in an array
   */
  record Leg(boolean member, String key, int index) {
    byte[] keyBytes() {
      return key.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Reads a path as the server writes it into differences. */
  static JsonPath parse(String text) {
    if (!text.startsWith("$")) {
      throw malformed(text);
    }
    List<Leg> legs = new ArrayList<>();
    int at = 1;
    while (at < text.length()) {
      int end;
      if (text.startsWith(".\"", at)) {
        end = at + 2;
        while (end < text.length() && text.charAt(end) != '"') {
          end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
          throw malformed(text);
        }
        legs.add(new Leg(true, unescape(text.substring(at + 2, end), text), 0));
        end++;
      } else if (text.charAt(at) == '.') {
        end = at + 1;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
          end++;
        }
        legs.add(new Leg(true, text.substring(at + 1, end), 0));
      } else {
        end = text.indexOf(']', at) + 1;
        if (text.charAt(at) != '[' || end == 0) {
          throw malformed(text);
        }
        legs.add(new Leg(false, "", number(text, at + 1, end - 1)));
      }
      at = end;
    }
    return new JsonPath(List.copyOf(legs));
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || number > (Integer.MAX_VALUE - 9) / 10) {
        throw malformed(text);
      }
      number = number * 10 + c - '0';
    }
    if (to == from) {
      throw malformed(text);
    }
    return number;
  }

  private static String unescape(String quoted, String path) {
    StringBuilder key = new StringBuilder(quoted.length());
    int i = 0;
    while (i < quoted.length()) {
      char c = quoted.charAt(i++);
      if (c != '\\') {
        key.append(c);
        continue;
      }
      char escaped = quoted.charAt(i++);
      switch (escaped) {
        case 'b' -> key.append('\b');
        case 'f' -> key.append('\f');
        case 'n' -> key.append('\n');
        case 'r' -> key.append('\r');
        case 't' -> key.append('\t');
        case 'u' -> {
          if (i + 4 > quoted.length()) {
            throw malformed(path);
          }
          try {
            key.append((char) Integer.parseInt(quoted.substring(i, i + 4), 16));
          } catch (NumberFormatException e) {
            throw malformed(path);
          }
          i += 4;
        }
        default -> key.append(escaped);
      }
    }
    return key.toString();
  }

  private static RuntimeException malformed(String text) {
    return Unreadable.damaged("a difference of a JSON value has the path " + text);
  }
}

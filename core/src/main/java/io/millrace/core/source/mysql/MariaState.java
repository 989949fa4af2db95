package io.millrace.core.source.mysql;

import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * MariaDB's last transaction of each domain and server: {@code domain-server-sequence}, by comma.
 *
 * <p><i>Threads:</i> one.
 */
final class MariaState {
  private static final Pattern SEQUENCE = Pattern.compile("\\d{1,18}");

  private final TreeMap<String, Long> last = new TreeMap<>();

  /** Returns the state of a text; parts that are none are left out. */
  static MariaState parse(String text) {
    MariaState state = new MariaState();
    for (String part : text.split(",", -1)) {
      int dash = part.lastIndexOf('-');
      if (dash > 0 && SEQUENCE.matcher(part.substring(dash + 1)).matches()) {
        state.last.put(part.substring(0, dash), Long.parseLong(part.substring(dash + 1)));
      }
    }
    return state;
  }

  /** Notes a transaction. */
  void add(long domain, long server, long sequence) {
    last.put(domain + "-" + server, sequence);
  }

  /** Returns the text. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    last.forEach(
        (key, sequence) ->
            text.append(text.length() == 0 ? "" : ",").append(key).append('-').append(sequence));
    return text.toString();
  }
}

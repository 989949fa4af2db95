package io.millrace.core.changefeed;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.Secret;
import io.millrace.api.StandardErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the secrets of a sink URI back where a caller, who has only ever seen it masked, left the
 * mask.
 */
final class SinkSecrets {
  private SinkSecrets() {}

  /**
   * Returns a new URI with each mask replaced by the secret that stands there in the old one.
   *
   * @throws CdcException {@link StandardErrorCode#CHANGEFEED_UPDATE_REFUSED} if it would hand a
   *     secret to another host than it was given for
   */
  static String restore(String old, String next) {
    ConnectorUri before = SpecValidator.sinkUri(old);
    String restored = withQuery(withPassword(next, old), secrets(before));
    if (restored.equals(next)) {
      return next;
    }
    ConnectorUri after = refusedUnlessUri(next);
    if (!after.scheme().equals(before.scheme()) || !after.hosts().equals(before.hosts())) {
      throw UpdateMerge.refused(
          "the new sink uri names another host, write its password and secrets in full");
    }
    return restored;
  }

  private static ConnectorUri refusedUnlessUri(String text) {
    try {
      return SpecValidator.sinkUri(text);
    } catch (CdcException e) {
      throw UpdateMerge.refused(e);
    }
  }

  private static String withPassword(String next, String old) {
    int[] to = password(next);
    int[] from = password(old);
    boolean masked = to[0] < to[1] && next.substring(to[0], to[1]).equals(Secret.MASK);
    return masked && from[0] < from[1]
        ? next.substring(0, to[0]) + old.substring(from[0], from[1]) + next.substring(to[1])
        : next;
  }

  /** Returns from where to where the password stands as written; an empty range for none. */
  private static int[] password(String uri) {
    int question = uri.indexOf('?');
    String front = question < 0 ? uri : uri.substring(0, question);
    int authority = front.indexOf("://") + 3;
    int slash = authority < 3 ? 0 : front.indexOf('/', authority);
    int at = front.lastIndexOf('@', slash < 0 ? front.length() : slash);
    int colon = front.indexOf(':', authority);
    return authority < 3 || at < authority || colon < 0 || colon > at
        ? new int[] {0, 0}
        : new int[] {colon + 1, at};
  }

  /** Returns the parameters that are masked when a URI is shown, as they are written. */
  private static Map<String, String> secrets(ConnectorUri uri) {
    List<String> plain = pairs(uri.text());
    List<String> masked = pairs(uri.masked());
    Map<String, String> secrets = new HashMap<>();
    for (int i = 0; i < plain.size(); i++) {
      if (!plain.get(i).equals(masked.get(i))) {
        secrets.putIfAbsent(key(plain.get(i)), plain.get(i));
      }
    }
    return secrets;
  }

  private static String withQuery(String uri, Map<String, String> secrets) {
    int question = uri.indexOf('?');
    if (question < 0) {
      return uri;
    }
    List<String> restored = new ArrayList<>();
    for (String pair : pairs(uri)) {
      boolean masked = pair.equals(key(pair) + "=" + Secret.MASK);
      restored.add(masked ? secrets.getOrDefault(key(pair), pair) : pair);
    }
    return uri.substring(0, question + 1) + String.join("&", restored);
  }

  private static List<String> pairs(String uri) {
    int question = uri.indexOf('?');
    return question < 0 ? List.of() : List.of(uri.substring(question + 1).split("&", -1));
  }

  private static String key(String pair) {
    int equals = pair.indexOf('=');
    return equals < 0 ? pair : pair.substring(0, equals);
  }
}

package io.millrace.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A password, token or key, which does not print itself: {@link #toString()} is {@code xxxxx}.
 *
 * <p><i>Threads:</i> immutable. <i>Source:</i> API v1, 1.7 and 4.2.
 */
public final class Secret {
  /** What stands where a secret is not shown. */
  public static final String MASK = "xxxxx";

  /** Shorter ones would black out half of every message, and keep nobody out. */
  private static final int LEAST_REDACTED = 3;

  private static final List<String> WORDS =
      List.of(
          "password",
          "passwd",
          "pwd",
          "access",
          "token",
          "secret",
          "key",
          "signature",
          "credential",
          "private");

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** Returns a secret of a text. */
  public static Secret of(String text) {
    return new Secret(text);
  }

  /** Returns whether a parameter of this name is a secret, and masked when it is shown. */
  public static boolean isNamed(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return !lower.startsWith("ssl-") && WORDS.stream().anyMatch(lower::contains);
  }

  /** Returns a text with {@link #MASK} wherever one of some secrets stood in it. */
  public static String redact(String text, Collection<Secret> secrets) {
    String redacted = text;
    for (String secret :
        secrets.stream()
            .map(Secret::reveal)
            .filter(it -> it.length() >= LEAST_REDACTED)
            .sorted(Comparator.comparing(String::length).reversed())
            .toList()) {
      redacted = redacted.replace(secret, MASK);
    }
    return redacted;
  }

  /** Returns the text. Never log it. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns {@link #MASK}. */
  @Override
  public String toString() {
    return MASK;
  }
}

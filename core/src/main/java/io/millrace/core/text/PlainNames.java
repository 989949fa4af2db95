package io.millrace.core.text;

/**
 * Names in the letters that schemas allow: {@code a-z A-Z 0-9 _}, no digit first.
 *
 * <p><i>Source:</i> protocol specification, 7.1.
 */
public final class PlainNames {
  private PlainNames() {}

  /**
   * Returns a name in which every other character is {@code _}, and before whose first digit one
   * stands.
   */
  public static String of(String name) {
    return of(name, "");
  }

  /** Returns the same, keeping some characters more, but for the first. */
  public static String of(String name, String more) {
    StringBuilder plain = new StringBuilder(name.length() + 1);
    name.codePoints()
        .forEach(
            c -> {
              boolean first = plain.length() == 0;
              if (first && c >= '0' && c <= '9') {
                plain.append('_');
              }
              boolean kept = isPlain(c) || (!first && more.indexOf(c) >= 0);
              plain.append(kept ? (char) c : '_');
            });
    return plain.toString();
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}

package io.millrace.core.sink.file;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names as segments of a path: different names give different segments, and none is special to a
 * file system or begins with a point.
 *
 * <p>Letters and digits of ASCII and {@code - _ $} stand for themselves, as does a point that is
 * neither first nor last; every other byte of the name's UTF-8 is written {@code %XX}. So any file
 * system and any locale can hold it. What would be longer than most file systems allow is cut, and
 * ends in {@code %%} and a digest of the name. The name {@code metadata}, in any letter case, is
 * that of a file in the top directory, and its first letter is written {@code %XX} too.
 */
final class PathSegment {
  private static final int MOST = 200;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PathSegment() {}

  static String of(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    boolean reserved = name.equalsIgnoreCase(FileLayout.METADATA);
    StringBuilder segment = new StringBuilder(name.length());
    int end = 0;
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean inner = i > 0 && i < bytes.length - 1;
      if ((i > 0 || !reserved) && (isPlain(c) || (c == '.' && inner))) {
        segment.append(c);
      } else {
        segment.append('%').append(HEX.toHexDigits(bytes[i]));
      }
      if (segment.length() <= MOST - 34) {
        end = segment.length();
      }
    }
    if (segment.length() > MOST) {
      segment.setLength(end);
      segment.append("%%").append(digest(bytes));
    }
    return segment.isEmpty() ? "%" : segment.toString();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '$';
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HEX.formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

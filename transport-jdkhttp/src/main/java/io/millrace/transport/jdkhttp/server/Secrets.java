package io.millrace.transport.jdkhttp.server;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Passwords and tokens that stand elsewhere: {@code secret://env/NAME} is the value of an
 * environment variable, {@code secret://file/PATH} the first line of a file. In a URI the reference
 * may be written as it is, {@code mysql://user:secret://env/NAME@host}, or percent-encoded.
 *
 * @param environment the environment variables
 */
record Secrets(Map<String, String> environment) {
  private static final String REFERENCE = "secret://";
  private static final String ENV = REFERENCE + "env/";
  private static final String FILE = REFERENCE + "file/";

  /** The part of a URI that is its password, as written: {@code text.substring(from, to)}. */
  private record Place(int from, int to) {}

  /** Returns whether a URI has a password in it that is no reference. */
  static boolean isExposedIn(String uri) {
    Place place = place(uri);
    return place.from < place.to && !decoded(uri, place).startsWith(REFERENCE);
  }

  /**
   * Returns a URI with the password that its reference stands for, if it has one.
   *
   * @throws IllegalArgumentException naming the variable or file that is missing
   */
  String resolve(String uri) {
    Place place = place(uri);
    String password = decoded(uri, place);
    return password.startsWith(REFERENCE)
        ? uri.substring(0, place.from) + encoded(secret(password)) + uri.substring(place.to)
        : uri;
  }

  private static Place place(String uri) {
    int authority = uri.indexOf("://") + 3;
    int colon = uri.indexOf(':', authority);
    Place none = new Place(0, 0);
    if (authority < 3 || colon < 0) {
      return none;
    }
    int at;
    if (uri.startsWith(REFERENCE, colon + 1)) {
      at = uri.indexOf('@', colon);
    } else {
      int slash = uri.indexOf('/', authority);
      at = uri.lastIndexOf('@', slash < 0 ? uri.length() : slash);
    }
    return at < colon ? none : new Place(colon + 1, at);
  }

  private static String decoded(String uri, Place place) {
    String raw = uri.substring(place.from, place.to);
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return raw; // a broken escape: the reader of the URI says so
    }
  }

  private static String encoded(String password) {
    return URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Returns what a reference stands for; another text is itself.
   *
   * @throws IllegalArgumentException naming the variable or file that is missing
   */
  String value(String text) {
    return text.startsWith(REFERENCE) ? secret(text) : text;
  }

  private String secret(String reference) {
    if (reference.startsWith(ENV)) {
      String name = reference.substring(ENV.length());
      String value = environment.get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            reference + ": the variable " + name + " is not set in the environment");
      }
      return value;
    }
    if (reference.startsWith(FILE)) {
      return firstLine(reference.substring(FILE.length()));
    }
    throw new IllegalArgumentException(
        "a reference of an unknown kind; write secret://env/NAME or secret://file/PATH");
  }

  /** Returns the first line of a file without blanks around it. */
  static String firstLine(String file) {
    try {
      return Files.readString(Path.of(file)).strip().lines().findFirst().orElse("");
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
    }
  }
}

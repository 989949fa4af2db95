package io.millrace.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The address of an upstream, a downstream or a store: {@code
 * scheme://[user[:password]@]host[:port][,host:port]/path?key=value}, or {@code
 * scheme:path?key=value}.
 *
 * <p>More tolerant than {@link java.net.URI}: host lists, underscores in hosts and unescaped
 * characters in queries are in use. User, password, path and query are percent-decoded once; in a
 * query {@code +} means blank; a password may hold {@code @} and {@code #} as they are. A parameter
 * given twice: the first counts. An empty value counts as not given. {@link #toString()} masks
 * every secret.
 *
 * <p><i>Threads:</i> immutable. <i>Source:</i> API v1, 4.2.
 */
public final class ConnectorUri {
  private static final int LEAST_PARAMETER = 6;

  private final String text;
  private final String scheme;
  private final Optional<String> user;
  private final Optional<Secret> password;
  private final List<String> hosts;
  private final String path;
  private final Map<String, String> params;

  private ConnectorUri(
      String text,
      String scheme,
      Optional<String> user,
      Optional<Secret> password,
      List<String> hosts,
      String path,
      Map<String, String> params) {
    this.text = text;
    this.scheme = scheme;
    this.user = user;
    this.password = password;
    this.hosts = hosts;
    this.path = path;
    this.params = params;
  }

  /**
   * Returns the parts of an address.
   *
   * @param text the address as the user wrote it
   * @param wrong the code to throw with, for instance {@link StandardErrorCode#SINK_URI_INVALID}
   * @throws CdcException with {@code wrong} if it has no scheme, a broken percent escape, a bad
   *     port or an unclosed bracket; the message never quotes the address
   */
  public static ConnectorUri parse(String text, ErrorCode wrong) {
    int colon = text.indexOf(':');
    if (colon <= 0 || !text.substring(0, colon).matches("[a-zA-Z][a-zA-Z0-9+.-]*")) {
      throw new CdcException(
          wrong,
          "uri invalid 'no scheme: it must begin with a name and a colon, such as blackhole:'");
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 1);
    if (rest.indexOf('#', Math.max(0, at(text) - colon - 1)) >= 0) {
      throw new CdcException(
          wrong, "uri invalid 'it contains #; write it as %23 in path and parameters'");
    }
    int question = rest.indexOf('?');
    Map<String, String> params =
        question < 0 ? Map.of() : query(rest.substring(question + 1), wrong);
    String front = question < 0 ? rest : rest.substring(0, question);
    if (!front.startsWith("//")) {
      String path = decode(front, false, wrong);
      return new ConnectorUri(
          text, scheme, Optional.empty(), Optional.empty(), List.of(), path, params);
    }
    front = front.substring(2);
    int slash = front.indexOf('/');
    String authority = slash < 0 ? front : front.substring(0, slash);
    String path = slash < 0 ? "" : decode(front.substring(slash), false, wrong);
    int at = authority.lastIndexOf('@');
    Optional<String> user = Optional.empty();
    Optional<Secret> password = Optional.empty();
    if (at >= 0) {
      String info = authority.substring(0, at);
      int split = info.indexOf(':');
      user = Optional.of(decode(split < 0 ? info : info.substring(0, split), false, wrong));
      password =
          split < 0
              ? Optional.empty()
              : Optional.of(Secret.of(decode(info.substring(split + 1), false, wrong)));
    }
    List<String> hosts = hosts(authority.substring(at + 1), wrong);
    return new ConnectorUri(text, scheme, user, password, hosts, path, params);
  }

  private static List<String> hosts(String text, ErrorCode wrong) {
    List<String> hosts = new ArrayList<>();
    for (String host : text.split(",", -1)) {
      if (!host.isEmpty()) {
        hostOf(host, wrong);
        portOf(host, 0, wrong);
        hosts.add(host);
      }
    }
    return List.copyOf(hosts);
  }

  private static String hostOf(String hostAndPort, ErrorCode wrong) {
    if (hostAndPort.startsWith("[")) {
      int end = hostAndPort.indexOf(']');
      if (end < 0) {
        throw new CdcException(wrong, "uri invalid 'an IPv6 host must be closed by ]'");
      }
      return hostAndPort.substring(1, end);
    }
    int colon = hostAndPort.indexOf(':');
    return colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
  }

  private static int portOf(String hostAndPort, int otherwise, ErrorCode wrong) {
    int from = hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : 0;
    int colon = hostAndPort.indexOf(':', from);
    if (colon < 0 || colon == hostAndPort.length() - 1) {
      return otherwise;
    }
    try {
      int port = Integer.parseInt(hostAndPort.substring(colon + 1));
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw badPort(wrong, e);
    }
    throw badPort(wrong, null);
  }

  private static CdcException badPort(
      ErrorCode wrong, @org.jspecify.annotations.Nullable Exception cause) {
    String message =
        "uri invalid 'a port must be a number from 0 to 65535, and an IPv6 host stands in brackets'";
    return cause == null
        ? new CdcException(wrong, message)
        : new CdcException(wrong, message, cause);
  }

  private static Map<String, String> query(String text, ErrorCode wrong) {
    Map<String, String> params = new LinkedHashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = decode(equals < 0 ? pair : pair.substring(0, equals), true, wrong);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true, wrong);
      if (!key.isEmpty() && !value.isEmpty()) {
        params.putIfAbsent(key, value);
      }
    }
    return Collections.unmodifiableMap(params);
  }

  private static String decode(String text, boolean plusIsBlank, ErrorCode wrong) {
    if (text.indexOf('%') < 0 && !(plusIsBlank && text.indexOf('+') >= 0)) {
      return text;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%') {
        int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
        int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw new CdcException(
              wrong,
              "uri invalid 'a % must be followed by two hexadecimal digits; % itself is %25'");
        }
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(plusIsBlank && bytes[i] == '+' ? ' ' : bytes[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Returns the scheme in lower case, for instance {@code mysql}. */
  public String scheme() {
    return scheme;
  }

  /** Returns the user, decoded. */
  public Optional<String> user() {
    return user;
  }

  /** Returns the password, decoded. */
  public Optional<Secret> password() {
    return password;
  }

  /** Returns the hosts with their ports as written, in order; may be empty. */
  public List<String> hosts() {
    return hosts;
  }

  /** Returns the first host without its port and brackets, or empty text. */
  public String host() {
    return hosts.isEmpty() ? "" : hostOf(hosts.get(0), StandardErrorCode.API_INVALID_PARAM);
  }

  /** Returns the first host's port, or {@code otherwise} where it names none. */
  public int port(int otherwise) {
    return hosts.isEmpty()
        ? otherwise
        : portOf(hosts.get(0), otherwise, StandardErrorCode.API_INVALID_PARAM);
  }

  /**
   * Returns the decoded path: with its leading slash after an authority, else all that follows the
   * colon; may be empty.
   */
  public String path() {
    return path;
  }

  /** Returns the parameters in order of writing, without empty ones. */
  public Map<String, String> params() {
    return params;
  }

  /** Returns one parameter. */
  public Optional<String> param(String key) {
    return Optional.ofNullable(params.get(key));
  }

  /** Returns the address exactly as it was written, secrets included. Never log it. */
  public String text() {
    return text;
  }

  /**
   * Returns the address with the password and every secret-like parameter replaced by {@code
   * xxxxx}.
   */
  public String masked() {
    int question = text.indexOf('?');
    String front = question < 0 ? text : text.substring(0, question);
    if (password.isPresent()) {
      int split = front.indexOf(':', front.indexOf("://") + 3);
      front = front.substring(0, split + 1) + Secret.MASK + front.substring(at(text));
    }
    return question < 0 ? front : front + "?" + maskedQuery(text.substring(question + 1));
  }

  private static String maskedQuery(String query) {
    List<String> pairs = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      boolean secret =
          equals >= 0 && equals < pair.length() - 1 && Secret.isNamed(pair.substring(0, equals));
      pairs.add(secret ? pair.substring(0, equals + 1) + Secret.MASK : pair);
    }
    return String.join("&", pairs);
  }

  /**
   * Returns what must not be shown of this address, decoded and as it is written: the password, and
   * every parameter whose name is that of a secret, unless it is so short that it says nothing.
   */
  public Set<Secret> secrets() {
    Set<Secret> secrets = new LinkedHashSet<>();
    password.ifPresent(
        decoded -> {
          secrets.add(decoded);
          String info = text.substring(0, at(text));
          secrets.add(Secret.of(info.substring(info.indexOf(':', info.indexOf("//")) + 1)));
        });
    params.forEach((key, value) -> addSecret(secrets, key, value));
    int question = text.indexOf('?');
    if (question >= 0) {
      for (String pair : text.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          addSecret(secrets, pair.substring(0, equals), pair.substring(equals + 1));
        }
      }
    }
    return secrets;
  }

  private static void addSecret(Set<Secret> secrets, String key, String value) {
    if (Secret.isNamed(key) && value.length() >= LEAST_PARAMETER) {
      secrets.add(Secret.of(value));
    }
  }

  /** Returns where user and password end; negative: there are none. */
  private static int at(String text) {
    int question = text.indexOf('?');
    String front = question < 0 ? text : text.substring(0, question);
    int authority = front.indexOf("://");
    int slash = front.indexOf('/', authority + 3);
    return authority < 0 ? -1 : front.lastIndexOf('@', slash < 0 ? front.length() : slash);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof ConnectorUri uri && uri.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns {@link #masked()}. */
  @Override
  public String toString() {
    return masked();
  }
}

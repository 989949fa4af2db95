package io.millrace.transport.jdkhttp.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * An address as the command line has it.
 *
 * @param host a name or an IP address, without brackets
 * @param port from 0
 */
record HostPort(String host, int port) {
  private static final int MOST_PORT = 65535;

  /**
   * Returns the address written as {@code host:port}, an IPv6 host in brackets.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (bare.isEmpty() || (!bracketed && bare.contains(":"))) {
      throw wrong(text, null);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port >= 0 && port <= MOST_PORT) {
        return new HostPort(bare, port);
      }
    } catch (NumberFormatException e) {
      throw wrong(text, e);
    }
    throw wrong(text, null);
  }

  private static IllegalArgumentException wrong(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "'" + text + "' is no host:port such as 127.0.0.1:8300 or [::1]:8300", cause);
  }

  /** Returns this host with another port. */
  HostPort withPort(int other) {
    return new HostPort(host, other);
  }

  /**
   * Returns the host's address.
   *
   * @throws IllegalArgumentException if it has none
   */
  InetAddress address() {
    try {
      return InetAddress.getAllByName(host)[0];
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("unknown host '" + host + "'", e);
    }
  }

  /** Returns it as {@link #parse} reads it. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

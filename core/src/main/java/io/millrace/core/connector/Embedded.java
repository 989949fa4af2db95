package io.millrace.core.connector;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The IPv4 address that stands in an IPv6 one: packets for the latter may end at the former. One
 * that is only mapped (::ffff:1.2.3.4) is an IPv4 address to the JDK already.
 *
 * <p><i>Source:</i> RFC 3056, RFC 4291, RFC 4380, RFC 6052.
 */
final class Embedded {
  private static final Network NAT64 = Network.parse("64:ff9b::/96");

  private Embedded() {}

  /** Returns an address, and the one that stands in it. */
  static List<InetAddress> all(InetAddress address) {
    if (address instanceof Inet6Address wide) {
      if (InetAddresses.hasEmbeddedIPv4ClientAddress(wide)) {
        return List.of(wide, InetAddresses.getEmbeddedIPv4ClientAddress(wide));
      }
      if (NAT64.contains(wide)) {
        return List.of(wide, last(wide.getAddress()));
      }
    }
    return List.of(address);
  }

  private static InetAddress last(byte[] bytes) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

package io.millrace.core.connector;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;

/**
 * The addresses that begin alike.
 *
 * @param base one of them
 * @param prefix how many bits they have in common
 */
record Network(InetAddress base, int prefix) {
  /**
   * Reads an address, or a network such as {@code 10.0.0.0/8} or {@code fe80::/10}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    InetAddress base = InetAddresses.forString(slash < 0 ? text : text.substring(0, slash));
    int bits = base.getAddress().length * 8;
    int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("a prefix has 0 to " + bits + " bits");
    }
    return new Network(base, prefix);
  }

  boolean contains(Network other) {
    return prefix <= other.prefix && contains(other.base);
  }

  boolean contains(InetAddress address) {
    byte[] ours = base.getAddress();
    byte[] its = address.getAddress();
    if (ours.length != its.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit += 8) {
      int mask = 0xff << Math.max(0, 8 - (prefix - bit));
      if (((ours[bit / 8] ^ its[bit / 8]) & mask & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return InetAddresses.toAddrString(base) + "/" + prefix;
  }
}

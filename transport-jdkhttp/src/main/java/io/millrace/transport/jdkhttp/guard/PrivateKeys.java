package io.millrace.transport.jdkhttp.guard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * Private keys in DER. The JDK reads PKCS#8 only; the older forms become it by a frame that names
 * the algorithm. <i>Source:</i> RFC 5208, RFC 8017 A.1.2, RFC 5915.
 */
final class PrivateKeys {
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int CURVE = 0xa0;
  private static final byte[] VERSION = {INTEGER, 1, 0};
  private static final byte[] RSA = {
    SEQUENCE, 13, 6, 9, 42, (byte) 0x86, 72, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };
  private static final byte[] EC = {6, 7, 42, (byte) 0x86, 72, (byte) 0xce, 61, 2, 1};

  private PrivateKeys() {}

  static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException notRsa) {
      try {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        e.addSuppressed(notRsa);
        throw new GeneralSecurityException("its key is neither RSA nor EC, or broken", e);
      }
    }
  }

  static PrivateKey pkcs1(byte[] der) throws GeneralSecurityException {
    return pkcs8(element(SEQUENCE, VERSION, RSA, element(OCTETS, der)));
  }

  static PrivateKey sec1(byte[] der) throws GeneralSecurityException {
    byte[] algorithm = element(SEQUENCE, EC, curve(der));
    return pkcs8(element(SEQUENCE, VERSION, algorithm, element(OCTETS, der)));
  }

  /** Returns the curve that an EC key names: an object identifier, still encoded. */
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    try {
      ByteBuffer key = ByteBuffer.wrap(der);
      key.get();
      length(key);
      while (key.hasRemaining()) {
        int tag = key.get() & 0xff;
        byte[] content = new byte[length(key)];
        key.get(content);
        if (tag == CURVE) {
          return content;
        }
      }
    } catch (RuntimeException e) {
      throw new GeneralSecurityException("its key is broken", e);
    }
    throw new GeneralSecurityException("its key names no curve");
  }

  private static int length(ByteBuffer der) {
    int first = der.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = first & 0x7f; i > 0; i--) {
      length = (length << 8) | (der.get() & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}

package io.millrace.core.text;

import io.millrace.api.event.ByteSink;

/**
 * Takes text in UTF-8, in pieces of any size, and appends it as the inside of a JSON string. Bytes
 * that are no UTF-8 become {@code \ufffd}, one each.
 *
 * <p><i>Threads:</i> one. Call {@link #end()} after each string.
 */
public final class JsonEscaper implements ByteSink {
  private final ByteBuilder out;
  private final byte[] pending = new byte[4];
  private int held;

  /** Creates an escaper that appends to {@code out}. */
  public JsonEscaper(ByteBuilder out) {
    this.out = out;
  }

  @Override
  public void write(int value) {
    int c = value & 0xff;
    if (held > 0 || c >= 0x80) {
      hold((byte) c);
    } else if (JsonText.PLAIN[c]) {
      out.write(c);
    } else {
      JsonText.writeEscaped(c, out);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (held > 0 && at < end) {
      hold(bytes[at++]);
    }
    int start = at;
    while (at < end) {
      byte b = bytes[at];
      if (JsonText.PLAIN[b & 0xff]) {
        at++;
        continue;
      }
      int sequence = b >= 0 ? 1 : JsonText.sequence(bytes, at, end);
      if (sequence > 1 && !(sequence == 3 && JsonText.isSeparator(bytes, at))) {
        at += sequence;
        continue;
      }
      out.write(bytes, start, at - start);
      if (sequence == 0) {
        while (at < end) {
          hold(bytes[at++]);
        }
        return;
      }
      writeSpecial(bytes, at, sequence);
      at += Math.max(1, sequence);
      start = at;
    }
    out.write(bytes, start, end - start);
  }

  private void writeSpecial(byte[] bytes, int at, int sequence) {
    if (sequence == 1) {
      JsonText.writeEscaped(bytes[at], out);
    } else if (sequence == 3) {
      JsonText.writeSeparator(bytes[at + 2], out);
    } else {
      JsonText.writeReplacement(out);
    }
  }

  /** Keeps a byte of a character that is not whole yet; hands on what is. */
  private void hold(byte b) {
    pending[held++] = b;
    while (held > 0) {
      if (pending[0] >= 0) {
        int c = pending[0];
        drop(1);
        write(c);
        continue;
      }
      int sequence = JsonText.sequence(pending, 0, held);
      if (sequence == 0) {
        return;
      }
      if (sequence < 0) {
        JsonText.writeReplacement(out);
        drop(1);
      } else {
        if (sequence == 3 && JsonText.isSeparator(pending, 0)) {
          JsonText.writeSeparator(pending[2], out);
        } else {
          out.write(pending, 0, sequence);
        }
        drop(sequence);
      }
    }
  }

  private void drop(int count) {
    System.arraycopy(pending, count, pending, 0, held - count);
    held -= count;
  }

  /** Ends the string: what is left of a character that never became whole is invalid. */
  public void end() {
    for (; held > 0; held--) {
      JsonText.writeReplacement(out);
    }
  }
}

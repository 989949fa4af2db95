package io.millrace.core.source.mysql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** Damages events: bytes, numbers, lengths, types, their order. All that it does follows a seed. */
final class Mutation {
  private static final int[] BYTES = {0, 1, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    0x7f,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x10000,
    0xffffff,
    0x7fffffff,
    0xffffffffL,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 40
  };
  private static final int CHECKSUM = 4;

  private final Random random;

  Mutation(long seed) {
    random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** Returns a list with one to four faults; most with lengths and checksums put right. */
  List<byte[]> damaged(List<byte[]> events, List<List<byte[]>> others) {
    List<byte[]> result = new ArrayList<>(events);
    int faults = 1 + random.nextInt(4);
    boolean mended = random.nextInt(8) != 0;
    for (int i = 0; i < faults && !result.isEmpty(); i++) {
      int which = target(result);
      if (random.nextInt(6) == 0) {
        disorder(result, which, others);
      } else {
        byte[] event = damaged(result.get(which).clone());
        if (mended) {
          mend(event);
        }
        result.set(which, event);
      }
    }
    return result;
  }

  /** Hits the format description less often than all behind it, and events with rows most. */
  private int target(List<byte[]> events) {
    int first = random.nextInt(16) == 0 ? 0 : Math.min(1, events.size() - 1);
    int which = first + random.nextInt(events.size() - first);
    if (random.nextBoolean()) {
      LogEvent event = new LogEvent();
      for (int i = which; i < events.size(); i++) {
        byte[] bytes = events.get(i);
        if (bytes.length >= LogEvent.HEADER) {
          event.set(bytes, 0, bytes.length, true);
          if (event.hasRows() || event.type() == LogEvent.TRANSACTION_PAYLOAD) {
            return i;
          }
        }
      }
    }
    return which;
  }

  private void disorder(List<byte[]> events, int which, List<List<byte[]>> others) {
    switch (random.nextInt(4)) {
      case 0 -> events.remove(which);
      case 1 -> events.add(random.nextInt(events.size() + 1), events.get(which));
      case 2 -> events.set(which, events.set(random.nextInt(events.size()), events.get(which)));
      default -> {
        List<byte[]> other = others.get(random.nextInt(others.size()));
        events.add(which, other.get(random.nextInt(other.size())));
      }
    }
  }

  private byte[] damaged(byte[] event) {
    if (event.length < LogEvent.HEADER + 1) {
      return event;
    }
    // Mostly the body: what the header says is put right again.
    int from = random.nextInt(12) == 0 ? 0 : LogEvent.HEADER;
    int at = from + random.nextInt(event.length - from);
    switch (random.nextInt(8)) {
      case 0 -> event[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> event[at] = (byte) random.nextInt();
      case 2 -> event[at] = (byte) BYTES[random.nextInt(BYTES.length)];
      case 3 -> event[at] += (byte) (random.nextBoolean() ? 1 : -1);
      case 4 -> number(event, at, NUMBERS[random.nextInt(NUMBERS.length)]);
      case 5 -> {
        return Arrays.copyOf(event, at);
      }
      case 6 -> {
        return spliced(event, at);
      }
      default -> event[4] = (byte) type();
    }
    return event;
  }

  private int type() {
    return random.nextInt(4) == 0 ? 160 + random.nextInt(12) : random.nextInt(43);
  }

  private void number(byte[] event, int at, long number) {
    int size = 1 << random.nextInt(4);
    for (int i = 0; i < size && at + i < event.length; i++) {
      event[at + i] = (byte) (number >> (8 * i));
    }
  }

  /** Leaves out some bytes, or has some twice. */
  private byte[] spliced(byte[] event, int at) {
    int count = Math.min(event.length - at, 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 8));
    boolean out = random.nextBoolean();
    byte[] result = new byte[event.length + (out ? -count : count)];
    System.arraycopy(event, 0, result, 0, at);
    int resume = out ? at + count : at;
    int into = out ? at : at + count;
    if (!out) {
      System.arraycopy(event, at, result, at, count);
    }
    System.arraycopy(event, resume, result, into, result.length - into);
    return result;
  }

  /** Puts an event's size and checksum right, so that its reader goes on to what is inside. */
  private static void mend(byte[] event) {
    if (event.length < LogEvent.HEADER + CHECKSUM) {
      return;
    }
    for (int i = 0; i < 4; i++) {
      event[9 + i] = (byte) (event.length >> (8 * i));
    }
    CRC32 crc = new CRC32();
    int end = event.length - CHECKSUM;
    crc.update(event, 0, end);
    for (int i = 0; i < CHECKSUM; i++) {
      event[end + i] = (byte) (crc.getValue() >> (8 * i));
    }
  }
}

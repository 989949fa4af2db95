package io.millrace.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
  @Test
  void escapesAsTheTableSays() {
    assertThat(JsonText.string("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
    assertThat(JsonText.string("\n\r\t")).isEqualTo("\"\\n\\r\\t\"");
    assertThat(JsonText.string("\b\f\0\u001f")).isEqualTo("\"\\u0008\\u000c\\u0000\\u001f\"");
    assertThat(JsonText.string("<a href='x'>&")).isEqualTo("\"\\u003ca href='x'\\u003e\\u0026\"");
    assertThat(JsonText.string("\u2027\u2028\u2029\u202a"))
        .isEqualTo("\"\u2027\\u2028\\u2029\u202a\"");
    assertThat(JsonText.string("/\u007f\u0080\u00e9\u4e2d\ud83d\ude00\uffff"))
        .isEqualTo("\"/\u007f\u0080\u00e9\u4e2d\ud83d\ude00\uffff\"");
  }

  @Test
  void eachInvalidByteIsReplacedByItself() {
    assertThat(escape(0xff)).isEqualTo("\\ufffd");
    assertThat(escape(0xe2, 0x80)).isEqualTo("\\ufffd\\ufffd");
    assertThat(escape(0xe2, 0x80, 'a')).isEqualTo("\\ufffd\\ufffda");
    assertThat(escape(0xc0, 0x80)).isEqualTo("\\ufffd\\ufffd");
    assertThat(escape(0xed, 0xa0, 0x80)).isEqualTo("\\ufffd\\ufffd\\ufffd");
    assertThat(escape(0xf4, 0x90, 0x80, 0x80)).isEqualTo("\\ufffd".repeat(4));
    assertThat(escape(0xe0, 0x9f, 0xbf)).isEqualTo("\\ufffd".repeat(3));
    assertThat(escape(0xf0, 0x9f, 0x98, 0x80)).isEqualTo("\ud83d\ude00");
    assertThat(escape('x', 0xf0, 0x9f, '"')).isEqualTo("x\\ufffd\\ufffd\\\"");
  }

  @Test
  void theSizeOfThePiecesDoesNotMatter() {
    SplittableRandom random = new SplittableRandom(3);
    byte[] interesting = {'a', '"', '<', 0, (byte) 0xe2, (byte) 0x80, (byte) 0xa8, (byte) 0xa9};
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int i = 0; i < bytes.length; i++) {
        boolean any = random.nextInt(4) == 0;
        bytes[i] = any ? (byte) random.nextInt(256) : interesting[random.nextInt(8)];
      }
      ByteBuilder whole = new ByteBuilder(1);
      JsonEscaper escaper = new JsonEscaper(whole);
      escaper.write(bytes, 0, bytes.length);
      escaper.end();
      ByteBuilder pieces = new ByteBuilder(1);
      JsonEscaper second = new JsonEscaper(pieces);
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, random.nextInt(4));
        if (length == 1) {
          second.write(bytes[at]);
        } else {
          second.write(bytes, at, length);
        }
        at += length;
      }
      second.end();
      assertThat(text(pieces)).isEqualTo(text(whole));
    }
  }

  @Test
  void binaryBytesBecomeTheCharactersOfTheirNumbers() {
    ByteBuilder out = new ByteBuilder(1);
    Latin1JsonEscaper escaper = new Latin1JsonEscaper(out);
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    escaper.write(all, 0, 256);
    assertThat("\"" + text(out) + "\"")
        .isEqualTo(JsonText.string(new String(all, StandardCharsets.ISO_8859_1)));
  }

  @Test
  void writesWholeNumbersOfEveryLength() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 20_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      ByteBuilder out = new ByteBuilder(0);
      out.writeLong(value);
      out.write(' ');
      out.writeUnsigned(value);
      assertThat(text(out)).isEqualTo(value + " " + Long.toUnsignedString(value));
    }
    ByteBuilder out = new ByteBuilder(0);
    out.writeLong(Long.MIN_VALUE);
    out.writeLong(Long.MAX_VALUE);
    assertThat(text(out)).isEqualTo("-92233720368547758089223372036854775807");
  }

  private static String escape(int... bytes) {
    ByteBuilder out = new ByteBuilder(1);
    JsonEscaper escaper = new JsonEscaper(out);
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) bytes[i];
    }
    escaper.write(array, 0, array.length);
    escaper.end();
    return text(out);
  }

  private static String text(ByteBuilder out) {
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }
}

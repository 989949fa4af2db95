package io.millrace.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.ByteSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NumberTextTest {
  @Test
  void writesWholeNumbersOfEveryLength() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      long value = random.nextLong() >>> random.nextInt(64);
      assertThat(text(out -> NumberText.writeLong(-value, out))).isEqualTo(Long.toString(-value));
      assertThat(text(out -> NumberText.writeUnsigned(value, out)))
          .isEqualTo(Long.toUnsignedString(value));
    }
    assertThat(text(out -> NumberText.writeLong(Long.MIN_VALUE, out)))
        .isEqualTo("-9223372036854775808");
    assertThat(text(out -> NumberText.writeUnsigned(-1, out))).isEqualTo("18446744073709551615");
    assertThat(text(out -> NumberText.writePadded(42, 6, out))).isEqualTo("000042");
  }

  @Test
  void writesFloatsWithoutExponentAndWithTheFewestDigits() {
    assertThat(text(out -> NumberText.writeFloat(3.14f, out))).isEqualTo("3.14");
    assertThat(text(out -> NumberText.writeDouble(100, out))).isEqualTo("100");
    assertThat(text(out -> NumberText.writeDouble(1e21, out))).isEqualTo("1000000000000000000000");
    assertThat(text(out -> NumberText.writeDouble(1e-7, out))).isEqualTo("0.0000001");
    assertThat(text(out -> NumberText.writeDouble(2.2250738585072014E-308, out)))
        .hasSize(2 + 307 + 17);
    assertThat(text(out -> NumberText.writeDouble(-0.0, out))).isEqualTo("-0");
    assertThat(text(out -> NumberText.writeDouble(Double.NaN, out))).isEqualTo("0");
    assertThat(text(out -> NumberText.writeFloat(-Float.MIN_VALUE, out)))
        .isEqualTo("-0." + "0".repeat(44) + "1");
    assertThat(text(out -> NumberText.writeDouble(Double.MIN_VALUE, out)))
        .isEqualTo("0." + "0".repeat(323) + "5");
    assertThat(text(out -> NumberText.writeDouble(3 * Double.MIN_VALUE, out)))
        .isEqualTo("0." + "0".repeat(322) + "15");
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String digits = text(out -> NumberText.writeDouble(value, out));
        assertThat(Double.parseDouble(digits)).isEqualTo(value);
      }
    }
  }

  private static String text(Consumer<ByteSink> writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.accept(
        new ByteSink() {
          @Override
          public void write(int value) {
            bytes.write(value);
          }

          @Override
          public void write(byte[] array, int offset, int length) {
            bytes.write(array, offset, length);
          }
        });
    return bytes.toString(StandardCharsets.US_ASCII);
  }
}

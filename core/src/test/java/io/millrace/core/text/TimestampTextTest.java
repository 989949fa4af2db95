package io.millrace.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.event.TemporalBits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimestampTextTest {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  @Test
  void writesWhatTheJdkWrites() {
    SplittableRandom random = new SplittableRandom(5);
    for (String id :
        List.of(
            "UTC", "+05:30", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Gaza")) {
      ZoneId zone = ZoneId.of(id);
      TimestampText texts = new TimestampText(zone);
      long at = 0;
      for (int i = 0; i < 20_000; i++) {
        // Jumps far, steps near, and now and then onto the second of a change of the offset.
        at = random.nextInt(4) == 0 ? random.nextLong(1L << 32) : at + random.nextInt(5_000_000);
        var change = zone.getRules().nextTransition(Instant.ofEpochSecond(at));
        if (change != null && random.nextInt(4) == 0) {
          at = change.toEpochSecond() - random.nextInt(2);
        }
        long micros = at * 1_000_000 + random.nextInt(1_000_000);
        Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        assertThat(write(texts, micros, 6))
            .isEqualTo(FORMAT.format(LocalDateTime.ofInstant(instant, zone)));
      }
    }
  }

  @Test
  void cutsTheFractionAndKeepsZero() {
    TimestampText texts = new TimestampText(ZoneId.of("Asia/Shanghai"));
    assertThat(write(texts, 1_999_999, 0)).isEqualTo("1970-01-01 08:00:01");
    assertThat(write(texts, 1_999_999, 3)).isEqualTo("1970-01-01 08:00:01.999");
    assertThat(write(texts, TemporalBits.ZERO_TIMESTAMP, 0)).isEqualTo("0000-00-00 00:00:00");
    assertThat(write(texts, TemporalBits.ZERO_TIMESTAMP, 2)).isEqualTo("0000-00-00 00:00:00.00");
    assertThat(write(new TimestampText(ZoneId.of("-01:00")), 1_000_000, 0))
        .isEqualTo("1969-12-31 23:00:01");
  }

  private static String write(TimestampText texts, long micros, int fsp) {
    ByteBuilder out = new ByteBuilder(32);
    texts.write(micros, fsp, out);
    return new String(out.array(), 0, out.size(), StandardCharsets.US_ASCII);
  }
}

package io.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TsoTest {
  @Test
  void holdsAllOf64Bits() {
    assertThat(Tso.parse("426921294362574849").instant())
        .isEqualTo(Instant.parse("2021-08-10T06:04:54.242Z"));
    assertThat(Tso.parse("18446744073709551615"))
        .isEqualTo(Tso.MAX)
        .hasToString("18446744073709551615");
    assertThat(Tso.MAX.isAfter(Tso.ofMillis(1, 0))).isTrue();
    assertThat(Tso.MAX.next()).isEqualTo(Tso.MAX);
    assertThat(Tso.ZERO.previous()).isEqualTo(Tso.ZERO);
    assertThat(Tso.ofMillis(7, 3).millis()).isEqualTo(7);
  }

  @Test
  void refusesIdsThatBreakTheRule() {
    for (String good : new String[] {"a", "0", "test-1", "A-b-C", "a".repeat(128)}) {
      assertThat(new ChangefeedId(good).value()).isEqualTo(good);
    }
    for (String bad :
        new String[] {
          "", "-a", "a-", "a--b", "a_b", "a.b", "a b", "\u6d4b\u8bd5", "a".repeat(129), "a\n"
        }) {
      assertThatThrownBy(() -> new ChangefeedId(bad))
          .isInstanceOf(CdcException.class)
          .hasMessageStartingWith("invalid changefeed_id: ");
    }
  }
}

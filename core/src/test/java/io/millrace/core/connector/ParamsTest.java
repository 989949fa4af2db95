package io.millrace.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.StandardErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParamsTest {
  private static Params of(String value) {
    return new Params(Map.of("p", value), StandardErrorCode.SINK_URI_INVALID);
  }

  @Test
  void readsGoDurations() {
    assertThat(of("300ms").duration("p", Duration.ZERO)).isEqualTo(Duration.ofMillis(300));
    assertThat(of("1h30m").duration("p", Duration.ZERO)).isEqualTo(Duration.ofMinutes(90));
    assertThat(of("1.5s").duration("p", Duration.ZERO)).isEqualTo(Duration.ofMillis(1500));
    assertThat(of("0").duration("p", Duration.ofDays(1))).isZero();
    assertThat(of("").duration("p", Duration.ofDays(1))).isEqualTo(Duration.ofDays(1));
    for (String bad : new String[] {"10", "10x", "s", "1s2", "99999999999999h"}) {
      assertThatThrownBy(() -> of(bad).duration("p", Duration.ZERO))
          .hasMessageContaining("'" + bad + "'");
    }
  }

  @Test
  void readsFlagsNumbersAndWords() {
    assertThat(of("T").flag("p", false)).isTrue();
    assertThat(of("0").flag("p", true)).isFalse();
    assertThatThrownBy(() -> of("yes").flag("p", false)).hasMessageContaining("true or false");
    assertThat(of("7").number("p", 1, 0, 7)).isEqualTo(7);
    assertThatThrownBy(() -> of("8").number("p", 1, 0, 7)).hasMessageContaining("from 0 to 7");
    assertThatThrownBy(() -> of("x").number("p", 1, 0, 7)).hasMessageContaining("'x'");
    assertThat(of("GZip").word("p", "none", Set.of("none", "gzip"))).isEqualTo("gzip");
    assertThatThrownBy(() -> of("br").word("p", "none", Set.of("none", "gzip")))
        .hasMessageContaining("gzip, none");
  }
}

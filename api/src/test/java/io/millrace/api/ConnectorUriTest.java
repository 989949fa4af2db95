package io.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConnectorUriTest {
  private static ConnectorUri parse(String text) {
    return ConnectorUri.parse(text, StandardErrorCode.SINK_URI_INVALID);
  }

  @Test
  void takesAnAddressApart() {
    ConnectorUri uri =
        parse(
            "MySQL://us%40er:p%23ss@h_1:3306,h2/db/?worker-count=4&worker-count=5&time-zone=&a+b=c+d");
    assertThat(uri.scheme()).isEqualTo("mysql");
    assertThat(uri.user()).contains("us@er");
    assertThat(uri.password().orElseThrow().reveal()).isEqualTo("p#ss");
    assertThat(uri.hosts()).containsExactly("h_1:3306", "h2");
    assertThat(uri.host()).isEqualTo("h_1");
    assertThat(uri.port(1)).isEqualTo(3306);
    assertThat(uri.path()).isEqualTo("/db/");
    assertThat(uri.params())
        .containsEntry("worker-count", "4")
        .containsEntry("a b", "c d")
        .doesNotContainKey("time-zone");
  }

  @Test
  void takesIpv6AndAddressesWithoutAuthority() {
    assertThat(parse("mysql://[::1]:4000/").host()).isEqualTo("::1");
    assertThat(parse("mysql://[::1]:4000/").port(1)).isEqualTo(4000);
    assertThat(parse("mysql://[::1]/").port(1)).isEqualTo(1);
    assertThat(parse("blackhole://").hosts()).isEmpty();
    assertThat(parse("dir:/var/lib/x").path()).isEqualTo("/var/lib/x");
    assertThat(parse("file:///tmp/a%20b?protocol=canal-json").path()).isEqualTo("/tmp/a b");
  }

  @Test
  void refusesWhatIsNoAddressWithoutQuotingIt() {
    for (String bad :
        new String[] {
          "",
          "secret",
          "://secret",
          "mysql://secret%zz@h/",
          "mysql://u:secret@h:99999/",
          "mysql://u:secret@[::1/",
          "x://u@h/sec#ret",
          "x://h/?p=sec#ret@h"
        }) {
      assertThatThrownBy(() -> parse(bad))
          .isInstanceOf(CdcException.class)
          .satisfies(
              e -> assertThat(e.getMessage()).doesNotContain("secret").doesNotContain("sec#ret"));
    }
  }

  @Test
  void takesAtAndHashInPasswords() {
    ConnectorUri uri = parse("mysql://u:p@s#s?@h:1/db".replace("?", "%3F"));
    assertThat(uri.password().orElseThrow().reveal()).isEqualTo("p@s#s?");
    assertThat(uri.password().orElseThrow()).hasToString("xxxxx");
    assertThat(uri.hosts()).containsExactly("h:1");
    assertThat(uri.path()).isEqualTo("/db");
    assertThat(uri).hasToString("mysql://u:xxxxx@h:1/db");
  }

  @Test
  void knowsWhatMustNotBeShown() {
    ConnectorUri uri = parse("x://u:p%40ss@h:1/?sasl-password=a%26bcdef&key=k&x=visible");
    assertThat(uri.secrets())
        .extracting(Secret::reveal)
        .containsExactlyInAnyOrder("p@ss", "p%40ss", "a&bcdef", "a%26bcdef");
    assertThat(Secret.redact("p@ss was wrong, as was a&bcdef at x=visible", uri.secrets()))
        .isEqualTo("xxxxx was wrong, as was xxxxx at x=visible");
    assertThat(parse("dir:/a@b:c").secrets()).isEmpty();
  }

  @Test
  void masksSecrets() {
    assertThat(parse("mysql://root:s3cret@h:1/?ssl-key=k&sasl-password=p&x=1").toString())
        .isEqualTo("mysql://root:xxxxx@h:1/?ssl-key=k&sasl-password=xxxxx&x=1");
    String plain = "mysql://root@h:1/?worker-count=1";
    assertThat(parse(plain).masked()).isEqualTo(plain);
  }
}

package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @Test
  void readsHostAndPort() {
    assertThat(HostPort.parse("127.0.0.1:8300")).isEqualTo(new HostPort("127.0.0.1", 8300));
    assertThat(HostPort.parse("[::1]:0")).isEqualTo(new HostPort("::1", 0));
    assertThat(HostPort.parse("my_host:1")).isEqualTo(new HostPort("my_host", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":8300", "host", "host:", "host:x", "host:65536", "::1:80", "h:-1"})
  void refusesOthers(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("127.0.0.1:8300");
  }

  @Test
  void writesItAsItReadsIt() {
    assertThat(HostPort.parse("[::1]:0").withPort(7)).hasToString("[::1]:7");
    assertThat(HostPort.parse("h:0").withPort(7)).hasToString("h:7");
  }

  @Test
  void resolvesTheHost() {
    assertThat(HostPort.parse("0.0.0.0:1").address().isAnyLocalAddress()).isTrue();
    assertThat(HostPort.parse("[::]:1").address().isAnyLocalAddress()).isTrue();
    assertThat(HostPort.parse("[::1]:1").address().isLoopbackAddress()).isTrue();
    assertThatThrownBy(() -> HostPort.parse("no_such_host.invalid:1").address())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no_such_host.invalid");
  }
}

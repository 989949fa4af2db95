package io.millrace.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkPolicyTest {
  private static final List<String> LINK_LOCAL = List.of("169.254.0.0/16", "fe80::/10");

  private static SinkPolicy policy(List<String> allowed, List<String> denied) {
    return new SinkPolicy(allowed, denied);
  }

  private static void check(SinkPolicy policy, String host) {
    try {
      policy.check(host, InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(host, e);
    }
  }

  private static void assertRefused(ThrowingCallable call, String... said) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SINK_URI_INVALID))
        .hasMessageContainingAll(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.1",
        "2852039166",
        "169.16689662",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "febf:ffff::1",
      })
  void refusesEveryFormOfALinkLocalAddress(String host) {
    SinkPolicy policy = policy(List.of(), LINK_LOCAL);
    assertRefused(() -> check(policy, host), "host " + host, "may not be sent to", "--allow-sink");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"169.253.255.255", "169.255.0.0", "127.0.0.1", "10.1.2.3", "fec0::1", "::1"})
  void letsOthersThrough(String host) {
    SinkPolicy policy = policy(List.of(), LINK_LOCAL);
    assertThatCode(() -> check(policy, host)).doesNotThrowAnyException();
  }

  @Test
  void theSmallestNetworkDecides() {
    SinkPolicy policy = policy(List.of("169.254.10.0/24"), LINK_LOCAL);
    assertThatCode(() -> check(policy, "169.254.10.7")).doesNotThrowAnyException();
    assertRefused(() -> check(policy, "169.254.11.7"), "in 169.254.0.0/16");
    // a part of what is denied restricts nothing else
    assertThatCode(() -> check(policy, "10.1.2.3")).doesNotThrowAnyException();
    SinkPolicy both = policy(List.of("10.0.0.0/8"), List.of("10.0.0.0/8"));
    assertRefused(() -> check(both, "10.1.2.3"), "in 10.0.0.0/8");
  }

  @Test
  void whereNetworksAreAllowedNoOthersAre() {
    SinkPolicy policy = policy(List.of("10.0.0.0/9", "192.0.2.1"), LINK_LOCAL);
    assertThatCode(() -> check(policy, "10.127.2.3")).doesNotThrowAnyException();
    assertThatCode(() -> check(policy, "192.0.2.1")).doesNotThrowAnyException();
    assertRefused(() -> check(policy, "10.128.2.3"), "in none of the networks allowed");
    assertRefused(() -> check(policy, "192.0.2.2"), "in none of the networks allowed");
    assertRefused(() -> check(policy, "::1"), "in none of the networks allowed");
  }

  @Test
  void schemesAreAllowedAndDenied() {
    assertThatCode(() -> policy(List.of("kafka"), List.of()).checkScheme("kafka"))
        .doesNotThrowAnyException();
    assertRefused(() -> policy(List.of("kafka"), List.of()).checkScheme("file"), "scheme file");
    assertRefused(() -> policy(List.of(), List.of("FILE")).checkScheme("file"), "scheme file");
    assertThatCode(() -> policy(List.of(), List.of("file")).checkScheme("mysql+ssl"))
        .doesNotThrowAnyException();
  }

  @Test
  void isOpenWithoutRules() {
    assertThat(policy(List.of(), List.of()).isOpen()).isTrue();
    assertThat(policy(List.of("kafka"), List.of()).isOpen()).isFalse();
    assertThat(policy(List.of(), LINK_LOCAL).isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "fe80::/129", ""})
  void refusesRulesThatAreNone(String rule) {
    assertThatThrownBy(() -> policy(List.of("file", rule), List.of("10.0.0.256")))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.API_INVALID_PARAM))
        .hasMessageContainingAll("'" + rule + "'", "; the rule '10.0.0.256' is neither a scheme");
  }
}

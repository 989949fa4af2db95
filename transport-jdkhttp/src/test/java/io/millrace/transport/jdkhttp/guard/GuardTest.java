package io.millrace.transport.jdkhttp.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.StandardErrorCode;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Role;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  private static final Credentials KNOWN =
      Credentials.builder()
          .token(Role.READ, "r-token")
          .token(Role.ADMIN, "a-token")
          .user(Role.OPERATE, "ops", "p:w \u00e9")
          .build();

  private final Guard open = new Guard(Set.of("cdc.Example"), Optional.empty());
  private final Guard closed = new Guard(Set.of(), Optional.of(() -> KNOWN));

  /** Returns a POST with headers, written as {@code name=value|name=value}. */
  private static Request post(String headers) {
    return request("POST", headers);
  }

  private static Request request(String method, String headers) {
    Map<String, String> all = new HashMap<>();
    for (String each : headers.split("\\|", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        all.put(each.substring(0, equals), each.substring(equals + 1));
      }
    }
    return new Request(method, "/x", all, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host=127.0.0.1:8300",
        "host=10.1.2.3",
        "host=[::1]:8300",
        "host=localhost:8300",
        "host=LOCALHOST",
        "host=cdc.example:8300",
        "host=CDC.EXAMPLE",
        "host=127.0.0.1:8300|origin=http://127.0.0.1:8300",
        "host=cdc.example|origin=https://CDC.example",
        "host=cdc.example:80|origin=http://cdc.example",
        "host=cdc.example|sec-fetch-site=same-origin",
        "host=cdc.example|sec-fetch-site=none",
        "content-type=application/x-www-form-urlencoded",
      })
  void letsItsOwnClientsIn(String headers) {
    assertThatCode(() -> open.check(post(headers), Role.ADMIN)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host=evil.example",
        "host=evil.example:8300",
        "host=cdc.example.evil.example",
        "host=127.0.0.1.evil.example",
        "host=localhost.evil.example",
        "host=127.0.0.1:8300, evil.example",
        "host=cdc.example@evil.example",
        "host=127.0.0.1:8300|origin=http://evil.example",
        "host=127.0.0.1:8300|origin=http://127.0.0.1:9999",
        "host=127.0.0.1:8300|origin=http://127.0.0.1",
        "host=127.0.0.1:8300|origin=null",
        "host=127.0.0.1:8300|origin=",
        "host=127.0.0.1:8300|origin=file://127.0.0.1:8300",
        "host=127.0.0.1:8300|origin=http://127.0.0.1:8300.evil.example",
        "origin=http://evil.example",
        "host=localhost|sec-fetch-site=cross-site",
        "host=localhost|sec-fetch-site=same-site",
        "host=localhost|sec-fetch-site=nonsense",
        "host=localhost|sec-fetch-site=cross-site|sec-fetch-mode=navigate|sec-fetch-dest=document",
      })
  void refusesWhatAnotherSiteSends(String headers) {
    assertRefused(open, post(headers), Role.ANYONE, StandardErrorCode.CROSS_SITE_REQUEST);
  }

  @Test
  void letsPeopleFollowLinks() {
    String link = "sec-fetch-site=cross-site|sec-fetch-mode=navigate|sec-fetch-dest=";
    assertThatCode(() -> open.check(request("GET", link + "document"), Role.READ))
        .doesNotThrowAnyException();
    assertRefused(
        open, request("GET", link + "iframe"), Role.READ, StandardErrorCode.CROSS_SITE_REQUEST);
    assertRefused(
        open,
        request("GET", "sec-fetch-site=cross-site|sec-fetch-mode=no-cors|sec-fetch-dest=image"),
        Role.READ,
        StandardErrorCode.CROSS_SITE_REQUEST);
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer r-token, READ",
    "bearer  r-token , READ",
    "Bearer a-token, ADMIN",
    "Bearer a-token, OPERATE",
    "BASIC ops:p:w \u00e9, OPERATE",
    "BASIC ops:p:w \u00e9, READ",
  })
  void letsThoseInWhoMay(String authorization, Role needed) {
    assertThatCode(() -> closed.check(authorized(authorization), needed))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer r-token, OPERATE, PERMISSION_DENIED",
    "Bearer r-token, ADMIN, PERMISSION_DENIED",
    "BASIC ops:p:w \u00e9, ADMIN, PERMISSION_DENIED",
    "Bearer other, READ, UNAUTHORIZED",
    "Bearer R-TOKEN, READ, UNAUTHORIZED",
    "Bearer '', READ, UNAUTHORIZED",
    "Bearer ops:p:w \u00e9, READ, UNAUTHORIZED",
    "BASIC ops:other, READ, UNAUTHORIZED",
    "BASIC :r-token, READ, UNAUTHORIZED",
    "BASIC r-token, READ, UNAUTHORIZED",
    "Basic %%%, READ, CREDENTIAL_NOT_FOUND",
    "Digest x, READ, CREDENTIAL_NOT_FOUND",
    "Bearer, READ, CREDENTIAL_NOT_FOUND",
  })
  void refusesOthers(String authorization, Role needed, StandardErrorCode code) {
    assertRefused(closed, authorized(authorization), needed, code);
  }

  @Test
  void wantsCredentialsExceptForProbes() {
    assertRefused(closed, post(""), Role.READ, StandardErrorCode.CREDENTIAL_NOT_FOUND);
    assertThatCode(() -> closed.check(post(""), Role.ANYONE)).doesNotThrowAnyException();
  }

  @Test
  void takesNoEmptySecrets() {
    assertThatThrownBy(() -> Credentials.builder().token(Role.READ, " "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Credentials.builder().user(Role.READ, "a", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Credentials.builder().user(Role.READ, "a:b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Request authorized(String authorization) {
    String sent =
        authorization.startsWith("BASIC ")
            ? "Basic "
                + Base64.getEncoder().encodeToString(authorization.substring(6).getBytes(UTF_8))
            : authorization;
    return new Request("POST", "/x", Map.of("authorization", sent), "");
  }

  private static void assertRefused(Guard guard, Request request, Role needed, ErrorCode code) {
    assertThatThrownBy(() -> guard.check(request, needed))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageNotContainingAny("r-token", "a-token", "p:w");
            });
  }
}

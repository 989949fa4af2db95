package io.millrace.transport.jdkhttp.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private final Router router =
      new Router(
          List.of(
              Route.of(
                  "GET", "/api/v1/feeds", Role.READ, r -> said("list " + r.queryParam("state"))),
              Route.of("POST", "/api/v1/feeds", Role.READ, r -> said("create " + r.body())),
              Route.of(
                  "GET", "/api/v1/feeds/{id}", Role.READ, r -> said("detail " + r.pathParam("id"))),
              Route.of(
                  "GET",
                  "/api/v1/work/{feed}/{node}",
                  Role.ADMIN,
                  r -> said(r.pathParam("feed") + " on " + r.pathParam("node")))),
          request -> Response.json(404, "none"));

  private static Response said(String text) {
    return Response.json(200, text);
  }

  private Response ask(String method, String target) {
    return router.handle(new Request(method, target, "the body"), (taken, role) -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/feeds, list Optional.empty",
    "GET, /api/v1/feeds/, list Optional.empty",
    "GET, /api/v1/feeds?state=all, list Optional[all]",
    "GET, /api/v1/feeds/?x&state=%6Eormal&state=b, list Optional[normal]",
    "GET, /api/v1/feeds?state, list Optional[]",
    "GET, /api/v1/feeds?state=a+b%2B, list Optional[a b+]",
    "POST, /api/v1/feeds, create the body",
    "GET, /api/v1/feeds/a-b, detail a-b",
    "GET, /api/v1/feeds/a%2Db, detail a-b",
    "GET, /api/v1/feeds/a+b, detail a+b",
    "GET, /api/v1/feeds/%E6%B5%8B, detail \u6d4b",
    "GET, /api/v1/work/a/b, a on b",
  })
  void findsTheRoute(String method, String target, String answer) {
    assertThat(ask(method, target).body()).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "GET, ''",
    "GET, api/v1/feeds",
    "GET, //api/v1/feeds",
    "GET, /API/v1/feeds",
    "GET, /api/v1/feeds//",
    "GET, /api/v1/feeds/a/b",
    "GET, /api/v1/feeds/a%2Fb",
    "GET, /api/v1/work/a",
    "GET, /api/v1/work/a/b/c",
    "GET, /api/v1/work//b",
    "GET, /api/v1/feedsX",
    "DELETE, /api/v1/feeds",
    "PUT, /api/v1/feeds",
    "get, /api/v1/feeds",
  })
  void findsNothing(String method, String target) {
    assertThat(ask(method, target).status()).isEqualTo(404);
    assertThat(ask(method, target).body()).isEqualTo("none");
  }

  @Test
  void answersHeadWithoutBody() {
    assertThat(ask("HEAD", "/api/v1/feeds")).isEqualTo(Response.empty(404));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/feeds/%zz", "/%", "/api/v1/feeds/a%2", "/api/v1/feeds?state=%"})
  void refusesBrokenEscapes(String target) {
    assertThatThrownBy(() -> ask("GET", target))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("hexadecimal");
  }
}

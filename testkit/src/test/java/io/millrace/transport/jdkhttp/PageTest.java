package io.millrace.transport.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.jdkhttp.route.Route;
import io.millrace.transport.jdkhttp.v1.ApiV1;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status page as it is served (C-002); no browser is asked. */
class PageTest {
  private static LiveServer server;

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String body(String path) {
    return server.send("GET", path, "").body();
  }

  @ParameterizedTest
  @CsvSource({"/, text/html", "/page.js, text/javascript", "/page.css, text/css"})
  void isServedWithAStrictPolicy(String path, String type) {
    HttpResponse<String> answer = server.send("GET", path, "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains(type + "; charset=utf-8");
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self';")
        .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
        .doesNotContain("unsafe", "*", "http:", "https:", "data:");
  }

  /** What the policy forbids would not work: script and style within the page. */
  @Test
  void hasNothingInIt() {
    assertThat(body("/"))
        .doesNotContainPattern("(?i)<script(?! src=\"page\\.js\")")
        .doesNotContainPattern("(?i)<style|style=|\\son\\w+=|javascript:|https?:");
  }

  /** Names become text nodes; there is no way for one to become markup or code. */
  @Test
  void makesNoMarkupOfNames() {
    assertThat(body("/page.js"))
        .contains("textContent")
        .doesNotContainPattern(
            "innerHTML|outerHTML|insertAdjacent|document\\.write|eval\\(|Function\\(|setTimeout\\(\""
                + "|DOMParser|srcdoc|\\.href|\\.src|\\.style");
  }

  @Test
  void asksForNothingThatIsNotServed() {
    List<String> served =
        new ApiV1(server.service())
            .routes().stream()
                .filter(each -> each.method().equals("GET"))
                .map(Route::pattern)
                .toList();
    Matcher asked = Pattern.compile("ask\\(\"([^\"?]+)").matcher(body("/page.js"));
    int found = 0;
    while (asked.find()) {
      String path = "/" + asked.group(1);
      assertThat(served).contains(path.endsWith("/") ? path + "{changefeed_id}" : path);
      found++;
    }
    assertThat(found).isEqualTo(4);
    Matcher files = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(body("/"));
    while (files.find()) {
      assertThat(server.send("GET", "/" + files.group(1), "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isLeftOutWhereItIsNotAskedFor() {
    ApiV1 bare = new ApiV1(server.service());
    assertThat(bare.routes()).noneMatch(each -> each.pattern().equals("/"));
  }
}

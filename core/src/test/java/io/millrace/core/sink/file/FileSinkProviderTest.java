package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.changefeed.SinkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileSinkProviderTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file:///d?protocol=craft|SINK_UNKNOWN_PROTOCOL|'craft'",
        "file:///d?protocol=open-protocol|SINK_UNKNOWN_PROTOCOL|it knows canal-json and csv",
        "file://?protocol=canal-json|SINK_URI_INVALID|absolute directory",
        "file:///?protocol=canal-json|SINK_URI_INVALID|absolute directory",
        "file:some/dir?protocol=canal-json|SINK_URI_INVALID|absolute directory",
        "file://host/dir?protocol=canal-json|SINK_URI_INVALID|not on 'host'",
        "file:///a%00b?protocol=canal-json|SINK_URI_INVALID|path",
        "file:///d?protocol=canal-json&worker-count=0|STORAGE_SINK_INVALID_CONFIG|worker-count '0'",
        "file:///d?protocol=canal-json&flush-interval=5|STORAGE_SINK_INVALID_CONFIG|a duration",
        "file:///d?protocol=canal-json&file-size=big|STORAGE_SINK_INVALID_CONFIG|file-size 'big'",
        "file:///d?protocol=canal-json&terminator=x|STORAGE_SINK_INVALID_CONFIG|CR LF or LF",
        "file:///d?protocol=canal-json&file-index-digit=a|STORAGE_SINK_INVALID_CONFIG|digit 'a'",
        "file:///d?protocol=canal-json&output-column-id=a|STORAGE_SINK_INVALID_CONFIG|id 'a'",
        "file:///d?protocol=canal-json&flush-concurrency=a|STORAGE_SINK_INVALID_CONFIG|'a'",
        "file:///d?protocol=canal-json&file-expiration-days=-1|STORAGE_SINK_INVALID_CONFIG|'-1'",
        "file:///d?protocol=canal-json&file-expiration-days=3&date-separator=month"
            + "|STORAGE_SINK_INVALID_CONFIG|unless date-separator is day",
        "file:///d?protocol=canal-json&date-separator=x"
            + "|STORAGE_SINK_INVALID_DATE_SEPARATOR|'x', it must be none, year, month or day",
        "file:///d?protocol=csv&csv.delimiter=abcd|SINK_INVALID_CONFIG|one to three characters",
        "file:///d?protocol=csv&csv.quote=%2C|SINK_INVALID_CONFIG|part of csv.delimiter ','",
        "file:///d?protocol=avro|SINK_UNKNOWN_PROTOCOL|'avro'",
        "file:///d?protocol=canal-json&content-compatible=maybe"
            + "|CODEC_INVALID_CONFIG|content-compatible 'maybe'",
      })
  void wrongParametersAreNamed(String uri, StandardErrorCode code, String part) {
    assertThatThrownBy(
            () ->
                new Feed(directory)
                    .provider()
                    .validate(Feed.request(uri, "", SinkConfig.DEFAULT, "a")))
        .isInstanceOfSatisfying(CdcException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  void withoutAProtocolItIsCanalJson() {
    assertThat(
            FileSinkOptions.of(Feed.request("file:///d", "", SinkConfig.DEFAULT, "a")).protocol())
        .isEqualTo("canal-json");
  }

  @Test
  void valuesOutsideAreMovedToTheBound() {
    assertThat(options("", Map.of()).flushInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options("", Map.of()).fileSize()).isEqualTo(67_108_864);
    assertThat(options("", Map.of()).terminator()).isEqualTo("\r\n");
    assertThat(options("&flush-interval=1ms&file-size=7", Map.of()).flushInterval())
        .isEqualTo(Duration.ofMillis(50));
    assertThat(options("&flush-interval=1h&file-size=7", Map.of()).flushInterval())
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(options("&file-size=7", Map.of()).fileSize()).isEqualTo(1_048_576);
    assertThat(options("", Map.of()).indexDigits()).isEqualTo(20);
    assertThat(options("", Map.of("file-index-digit", "6")).indexDigits()).isEqualTo(6);
    assertThat(options("", Map.of("file-index-digit", "5")).indexDigits()).isEqualTo(20);
    assertThat(options("", Map.of("file-index-digit", "21")).indexDigits()).isEqualTo(20);
    assertThat(options("", Map.of()).dates().separator()).isEqualTo("day");
    assertThat(options("&file-size=999999999999", Map.of()).fileSize()).isEqualTo(536_870_912);
  }

  @Test
  void theConfigurationCountsWhereTheUriIsSilent() {
    Map<String, String> config =
        Map.of(
            "cloud-storage-config.flush-interval", "2s",
            "cloud-storage-config.file-size", "2000000",
            "terminator", "\n",
            "content-compatible", "true");
    FileSinkOptions options = options("&file-size=3000000", config);
    assertThat(options.flushInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.fileSize()).isEqualTo(3_000_000);
    assertThat(options.terminator()).isEqualTo("\n");
    assertThat(options.encoderParams()).containsEntry("content-compatible", "true");
    SinkConfig protocol = new SinkConfig(List.of(), Optional.of("Canal-JSON"), Map.of());
    assertThat(FileSinkOptions.of(Feed.request("file:///d", "", protocol, "a")).protocol())
        .isEqualTo("canal-json");
  }

  @Test
  void dialMakesTheDirectoryAndLeavesItEmpty() {
    Path made = directory.resolve("x/y");
    dial(made);
    assertThat(made).isEmptyDirectory();
  }

  @Test
  void dialRefusesWhatIsNoDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> dial(file.resolve("x")))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILE_SINK_CREATE_DIR))
        .hasMessageContaining("cannot make and write files in " + file.resolve("x"));
  }

  private static void dial(Path path) {
    Feed feed = new Feed(path);
    feed.provider().dial(feed.request("?protocol=canal-json", "a"), Duration.ofSeconds(1));
  }

  private static FileSinkOptions options(String query, Map<String, String> config) {
    SinkConfig sink = new SinkConfig(List.of(), Optional.empty(), config);
    return FileSinkOptions.of(Feed.request("file:///d", "?protocol=canal-json" + query, sink, "a"));
  }

  @Test
  void segmentsTellNamesApart() {
    assertThat(PathSegment.of("Shop_1-$")).isEqualTo("Shop_1-$");
    assertThat(PathSegment.of("a.b")).isEqualTo("a.b");
    assertThat(PathSegment.of(".a.")).isEqualTo("%2Ea%2E");
    assertThat(PathSegment.of("50% \u00e9")).isEqualTo("50%25%20%C3%A9");
    assertThat(PathSegment.of("MetaData")).isEqualTo("%4DetaData");
    assertThat(PathSegment.of("")).isEqualTo("%");
    Set<String> segments = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      String segment = PathSegment.of("\u8868".repeat(63 - i) + "\u7d22" + "\u8868".repeat(i));
      assertThat(segment.length()).isLessThanOrEqualTo(200);
      assertThat(segments.add(segment)).isTrue();
    }
  }
}

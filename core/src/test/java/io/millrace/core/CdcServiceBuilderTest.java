package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.core.codec.csv.CsvEncoderProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the builder refuses. */
final class CdcServiceBuilderTest {
  private static CdcServiceBuilder valid() {
    return CdcService.builder().upstream("datagen:");
  }

  private static void assertWrong(CdcServiceBuilder builder, ErrorCode code, String... parts) {
    assertThatThrownBy(builder::build)
        .isInstanceOfSatisfying(CdcException.class, e -> assertThat(e.code()).isEqualTo(code))
        .message()
        .contains(parts);
  }

  @Test
  void namesTheOneValueThatIsWrong() {
    StandardErrorCode param = StandardErrorCode.API_INVALID_PARAM;
    assertWrong(CdcService.builder(), StandardErrorCode.SOURCE_URI_INVALID, "upstream uri invalid");
    assertWrong(
        valid().upstream("oracle://x"),
        StandardErrorCode.SOURCE_URI_INVALID,
        "unknown scheme oracle, known are datagen, mariadb, mysql");
    assertWrong(
        valid().store("disk:"),
        StandardErrorCode.STORE_URI_INVALID,
        "unknown scheme disk, known are dir, memory");
    assertWrong(valid().address("nowhere"), param, "invalid address 'nowhere'", "host:port");
    assertWrong(valid().version("1.0", ""), param, "invalid version '1.0'");
    assertWrong(valid().stallAfter(Duration.ZERO), param, "invalid stallAfter 'PT0S'");
    assertWrong(valid().certDir(Path.of("/no/such")), param, "invalid certDir '/no/such'");
    assertWrong(valid().consumer("a b", c -> {}), param, "invalid consumer name 'a b'");
    assertWrong(valid().sink("9p", new FakeSink()), param, "invalid scheme '9p'");
    EncoderProvider encoders = new CsvEncoderProvider();
    assertWrong(valid().encoder("My Own", encoders), param, "invalid protocol 'my own'");
    assertWrong(valid().allowSinks(List.of("10.0.0")), param, "the rule '10.0.0' is neither");
    assertWrong(valid().denySinks(List.of("10.0.0.0/33")), param, "the rule '10.0.0.0/33'");
  }

  @Test
  void namesAllValuesThatAreWrong() {
    assertWrong(
        CdcService.builder()
            .upstream("my sql://root:hush@h")
            .store("disk:")
            .address("nowhere")
            .stallAfter(Duration.ofSeconds(-1))
            .encoder("", new CsvEncoderProvider())
            .allowSinks(List.of("kafka", "10.0.0"))
            .denySinks(List.of("file", "fe80::/129")),
        StandardErrorCode.SOURCE_URI_INVALID,
        "upstream uri invalid",
        "; invalid address 'nowhere'",
        "; invalid stallAfter",
        "; invalid protocol ''",
        "; the rule '10.0.0' is neither",
        "; the rule 'fe80::/129' is neither",
        "unknown scheme disk");
  }

  @Test
  void showsNoPassword() {
    assertThatThrownBy(() -> CdcService.builder().upstream("my sql://root:hush@h").build())
        .message()
        .doesNotContain("hush");
  }
}

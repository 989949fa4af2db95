package io.millrace.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GuardedSinkProviderTest {
  private static final CaptureId CAPTURE = new CaptureId("c");

  private final List<String> calls = new ArrayList<>();
  private final GuardedSinkProvider provider =
      new GuardedSinkProvider(
          new Noting(), new SinkPolicy(List.of(), List.of("127.0.0.0/8", "::1", "file")));

  /** Notes what it is called for. */
  private final class Noting implements SinkProvider {
    @Override
    public void validate(SinkRequest request) {
      calls.add("validate");
    }

    @Override
    public void dial(SinkRequest request, Duration limit) {
      calls.add("dial");
    }

    @Override
    public Sink open(SinkRequest request) {
      calls.add("open");
      throw new UnsupportedOperationException("nothing is written here");
    }

    @Override
    public void fence(SinkRequest request, CaptureId gone) {
      calls.add("fence");
    }

    @Override
    public boolean selectsColumns() {
      return true;
    }
  }

  private static SinkRequest request(String uri) {
    return new SinkRequest(
        ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
        new SinkConfig(List.of(), Optional.empty(), Map.of()),
        new ChangefeedId("f"),
        "incarnation",
        CAPTURE,
        Set.of(),
        0,
        Tso.ZERO,
        ZoneOffset.UTC);
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SINK_URI_INVALID));
  }

  @Test
  void namesAreLookedUpWheneverTheDownstreamIsReachedFor() {
    SinkRequest named = request("kafka://localhost:9092/t");
    assertRefused(() -> provider.dial(named, Duration.ofSeconds(1)));
    assertRefused(() -> provider.open(named));
    assertRefused(() -> provider.fence(named, CAPTURE));
    assertThat(calls).isEmpty();
  }

  @Test
  void validationLooksNothingUp() {
    provider.validate(request("kafka://localhost:9092/t"));
    assertThat(calls).containsExactly("validate");
  }

  @Test
  void validationRefusesSchemes() {
    assertRefused(() -> provider.validate(request("file:///tmp/x")));
    assertThat(calls).isEmpty();
  }

  @Test
  void whatIsWrittenToFilesOnTheSideCountsAsASinkToThem() {
    SinkRequest side = request("kafka://192.0.2.1/t?claim-check-storage-uri=file%3A%2F%2F%2Ftmp");
    assertRefused(() -> provider.validate(side));
    assertRefused(() -> provider.open(side));
    SinkRequest registry = request("kafka://192.0.2.1/t?schema-registry=http://192.0.2.2:8081");
    new GuardedSinkProvider(new Noting(), new SinkPolicy(List.of("kafka"), List.of()))
        .validate(registry);
    assertThat(calls).containsExactly("validate");
  }

  @Test
  void othersAreAskedOfTheProvider() {
    SinkRequest other = request("kafka://192.0.2.1:9092,[2001:db8::1]:9092/t");
    provider.dial(other, Duration.ofSeconds(1));
    provider.fence(other, CAPTURE);
    assertThatThrownBy(() -> provider.open(other))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(calls).containsExactly("dial", "fence", "open");
    assertThat(provider.selectsColumns()).isTrue();
  }
}

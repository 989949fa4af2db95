package io.millrace.core;

import static io.millrace.core.Fixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedUpdate;
import io.millrace.api.cluster.LogLevel;
import io.millrace.api.source.Requirement;
import io.millrace.api.store.MetaStore;
import io.millrace.core.meta.Keys;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.core.worker.Crew;
import io.millrace.core.worker.Runtime;
import io.millrace.core.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The facade around a node whose workers never take a step. */
class CdcServiceTest {
  private static final ChangefeedId ID = new ChangefeedId("feed");
  private static final Duration SHORT = Duration.ofMillis(10);

  private final MemoryStore store = new MemoryStore(Ticker.systemTicker());
  private final MetaStore look = store.open();
  private final FakeSource source = new FakeSource();
  private final FakeSink sink = new FakeSink();
  private final List<LogLevel> levels = new ArrayList<>();
  private final CdcService service = builder().build();

  /** Hires and lets nobody work. */
  private static final class IdleCrew implements Crew {
    @Override
    public void hire(String name, Supplier<? extends Worker> worker) {}

    @Override
    public void dismiss(String name) {}

    @Override
    public boolean isGone(String name) {
      return true;
    }

    @Override
    public Duration patience() {
      return Duration.ZERO;
    }
  }

  private CdcServiceBuilder builder() {
    return CdcService.builder()
        .upstream("given:")
        .store("given:")
        .source("GIVEN", request -> source)
        .store("Given", uri -> store.open())
        .sink("fake", sink)
        .address("host:1234")
        .zone(Fixture.ZONE)
        .version("v1.2.3", "abc")
        .logLevelHook(levels::add)
        .runtime(
            new Runtime(
                new IdleCrew(),
                Ticker.systemTicker(),
                () -> Fixture.NOW,
                new Random(1),
                UUID::randomUUID));
  }

  @AfterEach
  void close() {
    service.close();
    look.close();
  }

  @FunctionalInterface
  private interface Call {
    void on(CdcService service);
  }

  static Stream<Call> calls() {
    CaptureId capture = new CaptureId("c");
    ChangefeedUpdate update = ChangefeedUpdate.builder().build();
    ChangefeedSpec spec = ChangefeedSpec.builder("fake://x").build();
    return Stream.of(
        CdcService::status,
        CdcService::checkHealth,
        service -> service.setLogLevel(LogLevel.DEBUG),
        service -> service.create(spec),
        service -> service.ensure(spec),
        service -> service.update(ID, update),
        service -> service.checkUpdatable(ID),
        service -> service.pause(ID),
        service -> service.resume(ID),
        service -> service.remove(ID),
        CdcService::changefeeds,
        service -> service.changefeed(ID),
        service -> service.awaitCheckpoint(ID, Tso.MAX, SHORT),
        service -> service.awaitCaughtUp(ID, SHORT),
        CdcService::processors,
        service -> service.processor(ID, capture),
        CdcService::captures,
        CdcService::checkUpstream);
  }

  /** C-048 and 1.0.7. */
  @ParameterizedTest
  @MethodSource("calls")
  void isNotReadyBeforeStartAndAfterClose(Call call) {
    assertThat(service.ready()).isFalse();
    assertRefused(StandardErrorCode.SERVER_IS_NOT_READY, () -> call.on(service));
    service.start();
    assertThat(service.ready()).isTrue();
    service.close();
    assertThat(service.ready()).isFalse();
    assertRefused(StandardErrorCode.SERVER_IS_NOT_READY, () -> call.on(service));
    assertRefused(StandardErrorCode.SERVER_IS_NOT_READY, service::start);
    assertThat(service.zone()).isEqualTo(Fixture.ZONE);
  }

  /** C-041, C-042, C-047. */
  @Test
  void registersOnceAndSaysWhoItIs() {
    CaptureId id = service.start();
    assertThat(service.start()).isEqualTo(id);
    assertThat(service.status().id()).isEqualTo(id);
    assertThat(service.status().version()).isEqualTo("v1.2.3");
    assertThat(service.status().gitHash()).isEqualTo("abc");
    assertThat(service.status().pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(service.captures())
        .singleElement()
        .satisfies(
            capture -> {
              assertThat(capture.id()).isEqualTo(id);
              assertThat(capture.address()).isEqualTo("host:1234");
            });
  }

  @Test
  void twoNodesOnOneStoreSeeTheSame() {
    service.start();
    try (CdcService second = builder().build()) {
      second.start();
      service.create(ChangefeedSpec.builder("fake://x").id("feed").build());
      assertThat(second.changefeed(ID)).isEqualTo(service.changefeed(ID));
      assertThat(second.captures()).hasSize(2).isEqualTo(service.captures());
      second.pause(ID);
      service.update(ID, ChangefeedUpdate.builder().mounterWorkerNum(3).build());
      assertThat(second.changefeed(ID).spec().mounterWorkerNum()).isEqualTo(3);
    }
    assertThat(service.captures()).as("its lease is handed back").hasSize(1);
  }

  @Test
  void letsGoOfUpstreamAndStoreWhenClosed() {
    CaptureId id = service.start();
    String key = new Keys("default").capture(id);
    assertThat(look.read(key).entries()).hasSize(1);
    assertThat(service.close(SHORT)).isTrue();
    assertThat(service.close(SHORT)).isTrue();
    assertThat(source.closed).isTrue();
    assertThat(look.read(key).entries()).isEmpty();
    assertRefused(StandardErrorCode.SERVER_IS_NOT_READY, service::start);
  }

  @Test
  void awaitsTheUpstreamsPresent() {
    service.start();
    service.create(ChangefeedSpec.builder("fake://x").id("feed").build());
    service.awaitCaughtUp(ID, SHORT);
    source.now = new Tso(1001);
    assertRefused(StandardErrorCode.AWAIT_TIMEOUT, () -> service.awaitCaughtUp(ID, SHORT));
  }

  @Test
  void handsOnLogLevelsAndRequirements() {
    service.start();
    service.setLogLevel(LogLevel.WARN);
    assertThat(levels).containsExactly(LogLevel.WARN);
    source.requirements = List.of(new Requirement("log_bin", "ON", "ON", true, ""));
    assertThat(service.checkUpstream()).isEqualTo(source.requirements);
  }

  @Test
  void onlyCdcExceptionsComeOut() {
    service.start();
    sink.onValidate =
        request -> {
          throw new IllegalStateException("a bug in a provider");
        };
    assertThat(
            assertRefused(
                StandardErrorCode.INTERNAL_SERVER_ERROR,
                () -> service.create(ChangefeedSpec.builder("fake://x").build())))
        .hasMessageContaining("a bug in a provider");
  }

  @Test
  void whatCannotBeBuiltIsNamed() {
    assertThat(
            assertRefused(StandardErrorCode.SOURCE_URI_INVALID, () -> CdcService.builder().build()))
        .hasMessageStartingWith("upstream uri invalid");
    assertThat(
            assertRefused(
                StandardErrorCode.SOURCE_URI_INVALID,
                () -> builder().upstream("oracle://h").build()))
        .hasMessageContainingAll("oracle", "datagen, given, mariadb, mysql");
    assertThat(
            assertRefused(
                StandardErrorCode.STORE_URI_INVALID, () -> builder().store("zk://h").build()))
        .hasMessageContainingAll("zk", "dir, given, memory");
  }

  @Test
  void aConsumerGivenAnewKeepsNothingOfTheFormer() {
    JdbcDataSource missing = new JdbcDataSource();
    missing.setURL("jdbc:h2:mem:missing;IFEXISTS=TRUE");
    ChangefeedSpec spec = ChangefeedSpec.builder("consumer://audit").build();
    try (CdcService former = builder().consumer("audit", c -> {}, missing).build()) {
      former.start();
      assertThatThrownBy(() -> former.create(spec)).isInstanceOf(CdcException.class);
    }
    try (CdcService anew =
        builder().consumer("audit", c -> {}, missing).consumer("audit", c -> {}).build()) {
      anew.start();
      assertThat(anew.create(spec)).isNotNull();
    }
  }

  @Test
  void aStoreIsLetGoWhereTheUpstreamCannotBeOpened(@TempDir Path directory) {
    CdcServiceBuilder broken = builder().store("dir:" + directory).upstream("datagen:?tables=none");
    assertRefused(StandardErrorCode.SOURCE_URI_INVALID, broken::build);
    builder().store("dir:" + directory).build().close();
  }
}

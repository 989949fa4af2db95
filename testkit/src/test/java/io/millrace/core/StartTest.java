package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.store.FaultyStore;
import org.junit.jupiter.api.Test;

/** What a start meets. */
class StartTest {
  private static void assertRefused(CdcService service, ErrorCode code) {
    assertThatThrownBy(service::start)
        .isInstanceOfSatisfying(CdcException.class, e -> assertThat(e.code()).isEqualTo(code));
    assertThat(service.ready()).isFalse();
  }

  @Test
  void isTriedAgainWhereTheStoreDidNotAnswerButNotAfterTheEnd() {
    FaultyStore store = new FaultyStore(new MemoryStore(Ticker.systemTicker()).open());
    CdcService service =
        CdcService.builder()
            .upstream("datagen:")
            .store("faulty", uri -> store)
            .store("faulty:")
            .build();
    try (service) {
      store.cutOff();
      assertRefused(service, StandardErrorCode.STORE_FAILED);
      store.reconnect();
      assertThat(service.start()).isEqualTo(service.status().id());
      assertThat(service.ready()).isTrue();
    }
    assertRefused(service, StandardErrorCode.SERVER_IS_NOT_READY);
  }
}

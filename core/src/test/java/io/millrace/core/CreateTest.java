package io.millrace.core;

import static io.millrace.core.Fixture.SELF;
import static io.millrace.core.Fixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.Restart;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.source.Requirement;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.SpecRecord.Wish;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CreateTest {
  private final Fixture cluster = new Fixture();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static ChangefeedSpec.Builder feed() {
    return Fixture.spec("feed").toBuilder();
  }

  private CdcException refused(StandardErrorCode code, ChangefeedSpec.Builder spec) {
    CdcException e = assertRefused(code, () -> cluster.commands.create(spec.build(), SELF));
    assertThat(cluster.store.read("").entries()).as("C-148: nothing is created").isEmpty();
    return e;
  }

  /** C-051, C-052, C-057. */
  @Test
  void isSeenAtOnceAndStartsNow() {
    ChangefeedId id = cluster.create("feed");

    ChangefeedDetail detail = cluster.queries.changefeed(id);
    assertThat(detail.spec()).isEqualTo(feed().startTs(new Tso(1000)).build());
    assertThat(detail.state()).isEqualTo(ChangefeedState.NORMAL);
    assertThat(detail.checkpoint()).isEqualTo(new Tso(1000));
    assertThat(detail.resolved()).isEqualTo(new Tso(1000));
    assertThat(detail.error()).isEmpty();
    assertThat(detail.errorHistory()).isEmpty();
    assertThat(detail.createTime()).isEqualTo(Fixture.NOW);
    assertThat(detail.creatorVersion()).isEqualTo("v1.2.3");
    assertThat(cluster.queries.changefeeds()).extracting("id").containsExactly(id);
    SpecRecord stored = cluster.stored(id);
    assertThat(stored.start()).isEqualTo(new Resolved(new Tso(1000), FakeSource.at(new Tso(1000))));
    assertThat(stored.wish()).isEqualTo(Wish.RUNNING);
    assertThat(UUID.fromString(stored.incarnation())).isNotNull();
  }

  /** C-053. */
  @Test
  void aMissingIdIsMadeUp() {
    ChangefeedId id = cluster.commands.create(ChangefeedSpec.builder("fake://sink").build(), SELF);
    assertThat(UUID.fromString(id.value())).hasToString(id.value());
    assertThat(cluster.queries.changefeed(id).spec().id()).contains(id);
  }

  /** C-056. */
  @Test
  void aGivenStartIsKeptAndLocated() {
    ChangefeedId id = cluster.commands.create(feed().startTs(new Tso(500)).build(), SELF);
    assertThat(cluster.queries.changefeed(id).spec().startTs()).isEqualTo(new Tso(500));
    assertThat(cluster.stored(id).start())
        .isEqualTo(
            new Resolved(
                new Tso(500),
                FakeSource.at(new Tso(500)),
                new Restart(FakeSource.at(new Tso(500)), new Tso(500))));
  }

  /** C-118. */
  @Test
  void aStartInTheFutureIsRefused() {
    assertThat(refused(StandardErrorCode.API_INVALID_PARAM, feed().startTs(new Tso(1001))))
        .hasMessage("invalid start-ts 1001, larger than current tso 1000");
  }

  /** C-120. */
  @Test
  void aStartWithoutHistoryIsRefused() {
    assertThat(refused(StandardErrorCode.START_TS_BEFORE_GC, feed().startTs(new Tso(1))))
        .hasMessageStartingWith("fail to create changefeed because start-ts 1 is earlier than");
  }

  /** C-122. */
  @Test
  void aTargetBeforeTheEffectiveStartIsRefused() {
    assertThat(refused(StandardErrorCode.TARGET_TS_BEFORE_START_TS, feed().targetTs(new Tso(1))))
        .hasMessageEndingWith("target-ts 1 is earlier than start-ts 1000");
  }

  /** Check 5 of section 1.3. */
  @Test
  void anUpstreamWithoutAClockIsNamed() {
    cluster.source.answers = false;
    assertThat(refused(StandardErrorCode.PD_ETCD_API_ERROR, feed()))
        .hasMessage("fail to get ts from pd client: the upstream is down");
  }

  @Test
  void anUpstreamThatCannotBeReadIsRefused() {
    cluster.source.requirements =
        List.of(new Requirement("log_bin", "OFF", "ON", false, "start it with --log-bin"));
    assertThat(refused(StandardErrorCode.SOURCE_SETTINGS, feed()))
        .hasMessageContainingAll("log_bin", "OFF", "start it with --log-bin");
  }

  /** C-066, C-067, C-126, C-127. */
  @Test
  void aTableWithoutAKeyMustBeForcedIgnoredOrFiltered() {
    cluster.source.tables = List.of(FakeSource.table("t1", true), FakeSource.table("nokey", false));
    assertThat(refused(StandardErrorCode.TABLE_INELIGIBLE, feed()))
        .hasMessageContaining("([test.nokey])");
    cluster.commands.create(feed().id("forced").forceReplicate(true).build(), SELF);
    cluster.commands.create(feed().id("ignored").ignoreIneligibleTable(true).build(), SELF);
    cluster.commands.create(
        feed().id("filtered").filterRules(List.of("*.*", "!test.nokey")).build(), SELF);
  }

  /** C-123. */
  @Test
  void aBadRuleIsRefused() {
    refused(StandardErrorCode.FILTER_RULE_INVALID, feed().filterRules(List.of("test")));
  }

  /** C-128. */
  @Test
  void anUnknownZoneIsRefused() {
    assertThat(refused(StandardErrorCode.API_INVALID_PARAM, feed().timezone("Mars/Olympus")))
        .hasMessageContainingAll("Mars/Olympus", "ErrLoadTimezone");
  }

  /** C-129. */
  @Test
  void anUnknownSchemeIsRefused() {
    assertThat(refused(StandardErrorCode.SINK_URI_INVALID, feed().sinkUri("blackhome://")))
        .hasMessage("the sink scheme (blackhome) is not supported");
  }

  /** C-080. */
  @Test
  void letterCaseOfASchemeDoesNotMatter() {
    cluster.commands.create(feed().sinkUri("FAKE://sink").build(), SELF);
  }

  @Test
  void theUpstreamItselfIsNoSink() {
    refused(StandardErrorCode.SAME_UPSTREAM_DOWNSTREAM, feed().sinkUri("mysql://UP:3306/"));
    assertThat(cluster.sink.dialled).isEmpty();
  }

  @Test
  void theSinkIsTriedInTheCreatorsName() {
    ChangefeedId id = cluster.commands.create(feed().timezone("Asia/Shanghai").build(), SELF);
    cluster.create("other");

    SinkRequest tried = cluster.sink.dialled.get(0);
    assertThat(cluster.sink.validated.get(0)).isEqualTo(tried);
    assertThat(tried.capture()).isEqualTo(SELF);
    assertThat(tried.changefeed()).isEqualTo(id);
    assertThat(tried.incarnation()).isEqualTo(cluster.stored(id).incarnation());
    assertThat(tried.tables()).isEmpty();
    assertThat(tried.epoch()).isZero();
    assertThat(tried.startTs()).isEqualTo(new Tso(1000));
    assertThat(tried.zone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
    assertThat(cluster.sink.dialled.get(1).zone()).isEqualTo(Fixture.ZONE);
  }

  /** C-131, C-133. */
  @Test
  void whatTheSinkRefusesIsRefused() {
    cluster.sink.onDial =
        request -> {
          throw new CdcException(StandardErrorCode.MYSQL_CONNECTION_ERROR, "closed port");
        };
    refused(StandardErrorCode.MYSQL_CONNECTION_ERROR, feed());
    cluster.sink.onValidate =
        request -> {
          throw new CdcException(StandardErrorCode.MYSQL_INVALID_CONFIG, "worker-count");
        };
    refused(StandardErrorCode.MYSQL_INVALID_CONFIG, feed());
    assertThat(cluster.sink.dialled).hasSize(1);
  }

  /** C-116. */
  @Test
  void anIdInUseIsRefused() {
    cluster.create("test5");
    assertThat(
            assertRefused(
                StandardErrorCode.CHANGEFEED_ALREADY_EXISTS, () -> cluster.create("test5")))
        .hasMessage("changefeed already exists, key: test5");
  }

  /** C-117. */
  @Test
  void ofManyAtOnceOneIsCreated() throws Exception {
    int callers = 20;
    CountDownLatch tried = new CountDownLatch(callers);
    cluster.sink.onDial =
        request -> {
          tried.countDown();
          try {
            assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try {
      List<Future<Boolean>> created = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        created.add(pool.submit(this::isCreated));
      }
      int winners = 0;
      for (Future<Boolean> each : created) {
        winners += each.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  private boolean isCreated() {
    try {
      cluster.create("feed");
      return true;
    } catch (CdcException e) {
      assertThat(e.code()).isEqualTo(StandardErrorCode.CHANGEFEED_ALREADY_EXISTS);
      return false;
    }
  }

  /** C-085, C-214: the owner takes the old one down while the new one waits. */
  @Test
  void anIdBeingFreedIsWaitedFor() {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.NORMAL, 1100);
    String old = cluster.stored(id).incarnation();
    cluster.commands.remove(id);
    cluster.source.now = new Tso(2000);
    Thread owner = new Thread(() -> cluster.delete(cluster.keys.spec(id), cluster.keys.status(id)));
    owner.start();

    cluster.create("feed");

    assertThat(cluster.stored(id).incarnation()).isNotEqualTo(old);
    assertThat(cluster.queries.changefeed(id).checkpoint()).isEqualTo(new Tso(2000));
  }

  /** C-214: nobody takes it down. */
  @Test
  void anIdThatIsNotFreedInTimeIsRefused() {
    ChangefeedId id = cluster.create("feed");
    cluster.commands.remove(id);
    assertRefused(StandardErrorCode.CHANGEFEED_ALREADY_EXISTS, () -> cluster.create("feed"));
  }

  @Test
  void remainsOfAPredecessorAreNotTakenOver() {
    ChangefeedId id = cluster.create("feed");
    cluster.status(id, ChangefeedState.NORMAL, 1100);
    cluster.delete(cluster.keys.spec(id));
    assertRefused(StandardErrorCode.CHANGEFEED_ALREADY_EXISTS, () -> cluster.create("feed"));
  }

  @Test
  void ensuringAcceptsTheOneThatIsAlike() {
    ChangefeedSpec asked = feed().targetTs(new Tso(5000)).build();
    ChangefeedId id = cluster.commands.ensure(asked, SELF);
    String incarnation = cluster.stored(id).incarnation();
    cluster.source.now = new Tso(1500);

    assertThat(cluster.commands.ensure(asked, SELF)).isEqualTo(id);
    assertThat(
            cluster.commands.ensure(
                feed().targetTs(new Tso(5000)).startTs(new Tso(1000)).build(), SELF))
        .isEqualTo(id);
    assertThat(cluster.stored(id).incarnation()).isEqualTo(incarnation);
    assertThat(cluster.sink.dialled).hasSize(1);

    assertRefused(
        StandardErrorCode.CHANGEFEED_ALREADY_EXISTS,
        () -> cluster.commands.ensure(feed().targetTs(new Tso(6000)).build(), SELF));
    assertRefused(
        StandardErrorCode.CHANGEFEED_ALREADY_EXISTS,
        () -> cluster.commands.ensure(asked.toBuilder().startTs(new Tso(999)).build(), SELF));
  }
}

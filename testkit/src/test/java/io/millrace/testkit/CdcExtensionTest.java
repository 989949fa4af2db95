package io.millrace.testkit;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.api.event.ColumnType.VARCHAR;
import static io.millrace.testkit.event.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.event.TableBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CdcExtensionTest {
  private static final ChangefeedId FEED = new ChangefeedId("feed");

  @RegisterExtension final CdcExtension cdc = new CdcExtension();

  private final List<String> seen = new ArrayList<>();
  private final TableName orders = cdc.source().add(notes("shop.orders"));

  private static TableBuilder notes(String name) {
    return table(name).column("id", BIGINT).column("note", VARCHAR).primaryKey("id");
  }

  private void see(Changes changes) {
    for (RowChange row : changes.rows()) {
      seen.add(
          switch (row.kind()) {
            case INSERT -> "+" + row.after().textAt(1);
            case UPDATE -> row.before().textAt(1) + ">" + row.after().textAt(1);
            case DELETE -> "-" + row.before().textAt(1);
          });
    }
    changes.ack();
  }

  private void create(String sinkUri) {
    cdc.service().create(ChangefeedSpec.builder(sinkUri).id(FEED.value()).build());
  }

  @Test
  void aConsumerSeesWhatWasCommitted() {
    cdc.consumer("audit", this::see);
    create("consumer://audit");
    cdc.source().transaction().insert(orders, 1, "a").insert(orders, 2, "b").commit();
    cdc.source().transaction().update(orders, 1, "c").delete(orders, 2).commit();
    cdc.runUntilIdle();
    assertThat(seen).containsExactly("+a", "+b", "a>c", "-b");
  }

  @Test
  void consumersMayComeWhileTheServiceRuns() {
    create("recording://");
    cdc.runUntilIdle();
    cdc.consumer("late", this::see);
    cdc.service().create(ChangefeedSpec.builder("consumer://late").id("late").build());
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.runUntilIdle();
    assertThat(seen).containsExactly("+a");
    assertThat(cdc.sink().take().after().textAt(1)).hasToString("a");
    assertThatThrownBy(() -> cdc.sink().take()).isInstanceOf(AssertionError.class);
  }

  @Test
  void everythingHappensInTheThreadOfTheTest() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Set<Thread> callers = new HashSet<>();
    cdc.consumer(
        "audit",
        changes -> {
          callers.add(Thread.currentThread());
          see(changes);
        });
    create("consumer://audit");
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.runUntilIdle();
    assertThat(callers).containsExactly(Thread.currentThread());
    assertThat(before).containsAll(Thread.getAllStackTraces().keySet());
  }

  @Test
  void theServiceGetsWhatItWaitsFor() {
    cdc.consumer("audit", this::see);
    create("consumer://audit");
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.service().awaitCaughtUp(FEED, Duration.ofMinutes(5));
    assertThat(seen).containsExactly("+a");
    cdc.source().stall(true);
    cdc.advance(Duration.ofSeconds(2));
    assertThatThrownBy(() -> cdc.service().awaitCaughtUp(FEED, Duration.ofMinutes(5)))
        .hasMessageContaining("did not reach");
  }

  @Test
  void schemaChangesPassWithTheRowsAroundThem() {
    create("recording://");
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.source().addColumn(orders, TableBuilder.of("price", BIGINT));
    cdc.source().transaction().update(orders, 1, "a", 7).commit();
    TableName items = cdc.source().create(notes("shop.items"));
    cdc.source().transaction().insert(items, 1, "i").commit();
    cdc.runUntilIdle();
    assertThat(cdc.sink().rows())
        .extracting(Object::toString)
        .containsExactly(
            "INSERT shop.orders null -> [1, a]",
            "UPDATE shop.orders [1, a, null] -> [1, a, 7]",
            "INSERT shop.items null -> [1, i]");
    assertThat(cdc.sink().schemaChanges())
        .extracting(SchemaChange::query)
        .containsExactly(
            "ALTER TABLE shop.orders ADD COLUMN price BIGINT", "CREATE TABLE shop.items");
  }

  @Test
  void eventFiltersLeaveOutRowsAndSchemaChangesButFollowThem() {
    cdc.service()
        .create(
            ChangefeedSpec.builder("recording://")
                .id(FEED.value())
                .eventFilters(
                    List.of(
                        new EventFilter(
                            List.of("shop.*"),
                            List.of("delete", "add column"),
                            List.of("^create table shop\\.secret$"))))
                .build());
    cdc.source().transaction().insert(orders, 1, "a").delete(orders, 1).commit();
    cdc.source().addColumn(orders, TableBuilder.of("price", BIGINT));
    cdc.source().transaction().insert(orders, 2, "b", 7).commit();
    TableName secret = cdc.source().create(notes("shop.secret"));
    cdc.source().transaction().insert(secret, 1, "s").commit();
    cdc.source().create(notes("shop.items"));
    cdc.runUntilIdle();
    assertThat(cdc.sink().rows())
        .extracting(Object::toString)
        .containsExactly(
            "INSERT shop.orders null -> [1, a]",
            "INSERT shop.orders null -> [2, b, 7]",
            "INSERT shop.secret null -> [1, s]");
    assertThat(cdc.sink().schemaChanges())
        .extracting(SchemaChange::query)
        .containsExactly("CREATE TABLE shop.items");
  }

  @ParameterizedTest
  @EnumSource(CrashPoint.class)
  void nothingIsLostWhereverTheNodeIsKilled(CrashPoint point) {
    boolean consumed = point.name().startsWith("CONSUMER");
    cdc.consumer("audit", this::see);
    create(consumed ? "consumer://audit" : "recording://");
    cdc.crashBefore(point);
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.source().addColumn(orders, TableBuilder.of("price", BIGINT));
    cdc.source().transaction().insert(orders, 2, "b", 7).commit();
    cdc.runUntilIdle();
    cdc.advance(Duration.ofSeconds(3));
    assertThat(cdc.isKilled()).isTrue();
    assertThatThrownBy(cdc::service).hasMessageContaining("restart");
    cdc.restart();
    cdc.runUntilIdle();
    assertThat(cdc.service().changefeed(FEED).state()).isEqualTo(ChangefeedState.NORMAL);
    if (consumed) {
      assertThat(seen).startsWith("+a").endsWith("+b");
    } else {
      assertThat(cdc.sink().rows())
          .extracting(row -> row.after().textAt(1).toString())
          .startsWith("a")
          .endsWith("b");
      assertThat(cdc.sink().executions()).containsValue(1);
    }
  }

  @Test
  void whatWasNotAcknowledgedComesAgainAfterARestart() {
    List<Changes> kept = new ArrayList<>();
    cdc.consumer("audit", kept::add);
    create("consumer://audit");
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.runUntilIdle();
    cdc.restart();
    cdc.runUntilIdle();
    assertThat(kept).hasSize(2);
    kept.get(1).ack();
    cdc.runUntilIdle();
    cdc.restart();
    cdc.runUntilIdle();
    assertThat(kept).hasSize(2);
  }

  @Test
  void aFailureShowsAndPasses() {
    create("recording://");
    cdc.sink().fail(new IllegalStateException("no room"));
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.runUntilIdle();
    assertThat(cdc.service().changefeed(FEED).state()).isNotEqualTo(ChangefeedState.NORMAL);
    assertThat(cdc.service().changefeed(FEED).error().orElseThrow().message()).contains("no room");
    cdc.sink().mend();
    cdc.service().resume(FEED);
    cdc.runUntilIdle();
    assertThat(cdc.sink().rows()).hasSize(1);
  }

  @Test
  void whatTheUpstreamFailedWithBeforeAResumeIsForgotten() {
    create("recording://");
    cdc.runUntilIdle();
    cdc.source().fail(new CdcException(StandardErrorCode.SOURCE_UNAVAILABLE, "away"));
    cdc.advance(Duration.ofSeconds(2));
    assertThat(cdc.service().changefeed(FEED).state()).isEqualTo(ChangefeedState.ERROR);
    cdc.service().pause(FEED);
    cdc.advance(Duration.ofSeconds(2));
    cdc.source().mend();
    cdc.service().resume(FEED);
    cdc.source().transaction().insert(orders, 1, "a").commit();
    cdc.runUntilIdle();
    assertThat(cdc.service().changefeed(FEED).state()).isEqualTo(ChangefeedState.NORMAL);
    assertThat(cdc.sink().rows()).hasSize(1);
  }

  @Test
  void anAssertionThatFailsInAConsumerFailsTheTest() {
    try (CdcExtension own = new CdcExtension()) {
      TableName table = own.source().add(notes("shop.orders"));
      own.consumer(
          "audit",
          changes -> {
            throw new AssertionError("not what was expected");
          });
      own.service().create(ChangefeedSpec.builder("consumer://audit").build());
      own.source().transaction().insert(table, 1, "a").commit();
      assertThatThrownBy(own::runUntilIdle).hasMessage("not what was expected");
      assertThatThrownBy(own::close).hasMessage("not what was expected");
    }
  }

  @Test
  void aCrashThatDoesNotHappenFailsTheTest() {
    try (CdcExtension own = new CdcExtension()) {
      own.crashBefore(CrashPoint.SCHEMA_CHANGE);
      assertThatThrownBy(own::close).hasMessage("the node was never at SCHEMA_CHANGE");
    }
  }

  @Test
  void whatATestLeavesOpenFailsIt() {
    try (CdcExtension own = new CdcExtension()) {
      MetaStore store = new MemoryStore(own.clock()).open();
      Lease left = own.tracked(Lease.class, store.lease(Duration.ofSeconds(5)), "my lease");
      assertThatThrownBy(own::close)
          .hasMessageContaining("left open:\n  my lease\n    opened at ")
          .hasMessageContaining("CdcExtensionTest.whatATestLeavesOpenFailsIt");
      left.close();
    }
  }
}

package io.millrace.core.sink.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.FakeRow;
import io.millrace.core.codec.Vectors;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ConsumerSinkTest {
  private static final TableSchema TABLE =
      new TableSchema(new TableName("s", "t"), List.of(Vectors.column("id", "int")), List.of());
  private static final RowChange ROW = FakeChange.insert(TABLE, FakeRow.of(TABLE, 5));

  private final List<Changes> seen = new ArrayList<>();
  private final List<Sink> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Sink::close);
  }

  @Test
  void rowsCountOnceTheyAreAcknowledged() {
    Sink sink = open("", seen::add);
    assertThat(sink.flush(resolved(1))).contains(new Durable(resolved(1)));
    sink.write(batch(1, 0, true, 10));
    sink.write(batch(2, 0, true, 10));
    assertThat(sink.flush(resolved(3))).contains(new Durable(resolved(1)));
    seen.get(0).ack();
    assertThat(sink.flush(resolved(3))).contains(new Durable(resolved(1)));
    seen.get(1).ack();
    seen.get(1).ack();
    assertThat(sink.flush(resolved(3))).contains(new Durable(resolved(3)));
    assertThat(sink.flush(resolved(2))).contains(new Durable(resolved(3)));
  }

  @Test
  void anAcknowledgementCoversAllBeforeIt() {
    Sink sink = open("", seen::add);
    sink.write(batch(1, 0, true, 10));
    assertThat(sink.flush(resolved(2))).isEmpty();
    sink.write(batch(2, 0, true, 10));
    assertThat(sink.flush(resolved(3))).isEmpty();
    sink.write(batch(3, 0, true, 10));
    seen.get(1).ack();
    assertThat(sink.flush(resolved(4))).contains(new Durable(resolved(3)));
    seen.get(0).ack();
    assertThat(sink.flush(resolved(4))).contains(new Durable(resolved(3)));
  }

  @Test
  void aTransactionCountsOnlyWhole() {
    Sink sink = open("", seen::add);
    sink.write(batch(1, 0, true, 10));
    seen.get(0).ack();
    sink.write(batch(2, 0, false, 10));
    seen.get(1).ack();
    assertThat(sink.flush(resolved(2))).contains(new Durable(resolved(2)));
    assertThat(sink.flush(resolved(9))).contains(new Durable(resolved(2)));
    sink.write(batch(2, 1, true, 10));
    assertThat(sink.flush(resolved(3))).contains(new Durable(resolved(2)));
    seen.get(2).ack();
    assertThat(sink.flush(resolved(3))).contains(new Durable(resolved(3)));
    assertThat(seen.get(2).slice()).isEqualTo(1);
    assertThat(seen.get(2).endOfTransaction()).isTrue();
    assertThat(seen.get(2).position()).isEqualTo(position(2));
  }

  @Test
  void tooMuchUnacknowledgedHoldsWritesBack() throws Exception {
    Sink sink = open("?max-pending-bytes=15", seen::add);
    sink.write(batch(1, 0, true, 10));
    sink.write(batch(2, 0, true, 10));
    CompletableFuture<Void> third =
        CompletableFuture.runAsync(() -> sink.write(batch(3, 0, true, 10)));
    assertThatThrownBy(() -> third.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(seen).hasSize(2);
    seen.get(0).ack();
    third.get();
    assertThat(seen).hasSize(3);
  }

  @Test
  void anOpenTransactionIsNeverHeldBack() {
    Sink sink = open("?max-pending-bytes=15", seen::add);
    for (int i = 0; i < 10; i++) {
      sink.write(batch(1, i, i == 9, 10));
    }
    assertThat(seen).hasSize(10);
    seen.get(9).ack();
    sink.write(batch(2, 0, true, 10));
  }

  @Test
  void whatTheCallbackThrowsIsTold() {
    Sink sink =
        open(
            "",
            changes -> {
              throw new java.io.IOException("no space");
            });
    assertThatThrownBy(() -> sink.write(batch(1, 0, true, 10)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(StandardErrorCode.CONSUMER_FAILED);
              assertThat(e.code().retryable()).isTrue();
            })
        .hasMessageContaining("consumer 'audit' failed on the transaction at server:1:100")
        .hasMessageContaining("no space");
    assertThatThrownBy(() -> sink.write(batch(1, 0, true, 10)))
        .hasMessageContaining("has failed before");
  }

  @Test
  void closeReturnsAndFreesTheWriterWhileTheCallbackBlocks() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch out = new CountDownLatch(1);
    Sink sink =
        open(
            "",
            changes -> {
              inside.countDown();
              while (never.getCount() > 0) {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
              }
              changes.ack();
              out.countDown();
            });
    CompletableFuture<Void> write =
        CompletableFuture.runAsync(() -> sink.write(batch(1, 0, true, 10)));
    inside.await();
    sink.close();
    assertThatThrownBy(write::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(CdcException.class)
        .hasMessageContaining("is closed");
    interrupted.await();
    never.countDown();
    out.await();
    sink.close();
  }

  @Test
  void unknownNamesListTheKnownOnes() {
    ConsumerSinkProvider provider =
        new ConsumerSinkProvider(Map.of("b", seen::add, "a", seen::add));
    for (String uri : List.of("consumer://c", "consumer:c")) {
      assertThatThrownBy(() -> provider.validate(request(uri)))
          .isInstanceOfSatisfying(
              CdcException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONSUMER_NOT_EXISTS))
          .hasMessageContaining("no consumer 'c'")
          .hasMessageContaining("it has a, b");
    }
    provider.validate(request("consumer://a"));
    provider.dial(request("consumer:b"), Duration.ofSeconds(1));
    assertThatThrownBy(() -> provider.validate(request("consumer://a?max-pending-bytes=0")))
        .hasMessageContaining("max-pending-bytes '0'");
  }

  @Test
  void callsBackInTheThreadThatWritesWhereItIsTold() {
    List<Thread> callers = new ArrayList<>();
    ChangeConsumer consumer =
        changes -> {
          callers.add(Thread.currentThread());
          changes.ack();
        };
    Sink sink =
        ConsumerSinkProvider.inCallersThread(Map.of("audit", consumer))
            .open(request("consumer://audit"));
    opened.add(sink);
    sink.write(batch(1, 0, true, 10));
    assertThat(callers).containsExactly(Thread.currentThread());
    assertThat(sink.flush(resolved(1))).contains(new Durable(resolved(1)));
  }

  private Sink open(String query, ChangeConsumer consumer) {
    Sink sink =
        new ConsumerSinkProvider(Map.of("audit", consumer))
            .open(request("consumer://audit" + query));
    opened.add(sink);
    return sink;
  }

  private static SinkRequest request(String uri) {
    return new SinkRequest(
        ConnectorUri.parse(uri, StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("feed"),
        "incarnation",
        new CaptureId("a"),
        Set.of(),
        1,
        new Tso(1),
        ZoneOffset.UTC);
  }

  private static RowBatch batch(int transaction, int slice, boolean end, long bytes) {
    Tso ts = new Tso(transaction);
    return new RowBatch(position(transaction), ts, ts, slice, List.of(ROW), bytes, end);
  }

  private static SourcePosition position(int transaction) {
    return new SourcePosition("server", 1, transaction * 100L, 0, "");
  }

  /** Returns a promise that lies before a transaction. */
  private static Resolved resolved(int transaction) {
    return new Resolved(new Tso(transaction - 1), position(transaction));
  }
}

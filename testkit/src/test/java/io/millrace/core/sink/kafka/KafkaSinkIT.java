package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.rig.KafkaBroker;
import io.millrace.rig.Ports;
import io.millrace.testkit.sink.SinkFeed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a real broker shows of the sink. */
class KafkaSinkIT {
  private static final TableSchema T = SinkFeed.table("t");
  private static final String CAPTURE = "capture";

  /** More than what may wait to be sent. */
  private static final List<RowChange> LARGE =
      List.of(
          SinkFeed.insert(T, 10, 500_000),
          SinkFeed.insert(T, 11, 500_000),
          SinkFeed.insert(T, 12, 500_000));

  private final KafkaBroker broker = KafkaBroker.shared();
  private final TopicReader committed = new TopicReader(broker, "read_committed");
  private final TopicReader uncommitted = new TopicReader(broker, "read_uncommitted");
  private final KafkaSinkProvider provider = Requests.provider(Ticker.systemTicker());
  private final String topic = "it-" + UUID.randomUUID();
  private final long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();

  @AfterEach
  void close() {
    committed.close();
    uncommitted.close();
  }

  private String uri(String query) {
    return "kafka://" + broker.address() + "/" + topic + "?" + query;
  }

  private SinkRequest request(String query) {
    return Requests.of(uri(query), topic, CAPTURE);
  }

  private void flush(Sink sink, Resolved resolved) {
    while (!sink.flush(resolved).equals(Optional.of(new Durable(resolved)))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  private static void assertFails(ErrorCode code, String text, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CdcException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }

  private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> messages) {
    return messages.stream().map(m -> new String(m.value(), StandardCharsets.UTF_8)).toList();
  }

  @Test
  void aFencedWriterCanAppendNothingMore() {
    Sink zombie = provider.open(request("protocol=canal-json"));
    zombie.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
    flush(zombie, SinkFeed.resolvedAfter(1));
    zombie.write(SinkFeed.slice(2, 0, false, SinkFeed.inserts(T, 2)));
    zombie.write(SinkFeed.slice(2, 1, false, LARGE));
    while (uncommitted.ends(topic).equals(committed.ends(topic))) {
      assertThat(System.nanoTime()).as("its transaction is open").isLessThan(deadline);
    }

    provider.fence(Requests.of(uri("protocol=canal-json"), topic, "next"), new CaptureId(CAPTURE));

    Map<Object, Long> ends = Map.copyOf(uncommitted.ends(topic));
    assertThat(committed.ends(topic)).as("nothing is open").isEqualTo(ends);
    assertThat(texts(committed.all(topic))).hasSize(1).allMatch(m -> m.contains("\"id\":\"1\""));
    assertThatThrownBy(
            () -> {
              zombie.write(SinkFeed.slice(2, 2, true, SinkFeed.inserts(T, 4)));
              flush(zombie, SinkFeed.resolvedAfter(2));
            })
        .isInstanceOf(CdcException.class);
    zombie.close();
    assertThat(uncommitted.ends(topic)).as("nothing was appended").isEqualTo(ends);

    Sink next = provider.open(Requests.of(uri("protocol=canal-json"), topic, "next"));
    next.write(SinkFeed.transaction(2, SinkFeed.inserts(T, 2, 3, 4)));
    flush(next, SinkFeed.resolvedAfter(2));
    next.close();
    assertThat(committed.all(topic)).hasSize(4);
  }

  @Test
  void closingAbortsWhatIsOpenSoThatNobodyWaitsBehindIt() {
    Sink sink = provider.open(request("protocol=canal-json"));
    sink.write(SinkFeed.slice(1, 0, false, LARGE));
    sink.close();
    assertThat(committed.ends(topic)).isEqualTo(uncommitted.ends(topic));
    assertThat(committed.all(topic)).isEmpty();
  }

  @Test
  void schemaChangesAndWatermarksReachEveryPartition() {
    Sink sink = provider.open(request("partition-num=4"));
    sink.write(SinkFeed.addColumn(1, T));
    sink.checkpoint(SinkFeed.resolvedAfter(1).ts(), Set.of(T.name()));
    sink.close();
    Map<Integer, Integer> perPartition = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> message : committed.all(topic)) {
      perPartition.merge(message.partition(), 1, Integer::sum);
    }
    assertThat(perPartition).isEqualTo(Map.of(0, 2, 1, 2, 2, 2, 3, 2));
  }

  @Test
  void canalTellsTheFirstPartitionOnlyOfSchemaChanges() {
    Sink sink = provider.open(request("protocol=canal-json&enable-tidb-extension=true"));
    sink.write(SinkFeed.addColumn(1, T));
    sink.checkpoint(SinkFeed.resolvedAfter(1).ts(), Set.of());
    sink.close();
    assertThat(
            committed.all(topic).stream()
                .filter(m -> new String(m.value(), StandardCharsets.UTF_8).contains("ALTER"))
                .map(ConsumerRecord::partition))
        .containsExactly(0);
    assertThat(committed.all(topic)).hasSize(4);
  }

  @Test
  void tablesGetTopicsOfTheirOwnAndWatermarksFollow() throws Exception {
    DispatchRule rule =
        new DispatchRule(
            List.of("*.*"), "table", Optional.empty(), List.of(), Optional.of(topic + "_{table}"));
    SinkConfig config = new SinkConfig(List.of(rule), Optional.of("open-protocol"), Map.of());
    Sink sink = provider.open(Requests.of(uri("partition-num=2"), config, topic, CAPTURE));
    sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1, 2, 3)));
    flush(sink, SinkFeed.resolvedAfter(1));
    sink.checkpoint(SinkFeed.resolvedAfter(1).ts(), Set.of(T.name()));
    sink.close();
    assertThat(committed.all(topic + "_t")).hasSize(1 + 2);
    assertThat(committed.all(topic)).hasSize(2);
    try (Admin admin = broker.admin()) {
      assertThat(
              admin.describeTopics(List.of(topic + "_t")).allTopicNames().get().values().stream()
                  .map(t -> t.partitions().size()))
          .containsExactly(2);
    }
  }

  @Test
  void manyRowsShareAMessageOfOpenProtocol() {
    Sink sink = provider.open(request("max-batch-size=10"));
    for (int transaction = 1; transaction <= 100; transaction++) {
      sink.write(SinkFeed.transaction(transaction, SinkFeed.inserts(T, transaction)));
    }
    flush(sink, SinkFeed.resolvedAfter(100));
    sink.close();
    assertThat(committed.all(topic)).hasSize(10);
  }

  @Test
  void dialMakesNothingAndNamesWhatIsWrong() throws Exception {
    Duration limit = Duration.ofSeconds(10);
    provider.dial(request(""), limit);
    assertFails(
        StandardErrorCode.KAFKA_INVALID_CONFIG,
        "there is no topic",
        () -> provider.dial(request("auto-create-topic=false"), limit));
    assertFails(
        StandardErrorCode.KAFKA_CREATE_TOPIC,
        "replication factor",
        () -> provider.dial(request("replication-factor=3"), limit));
    try (Admin admin = broker.admin()) {
      assertThat(admin.listTopics().names().get()).doesNotContain(topic);
      admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    }
    provider.dial(request("auto-create-topic=false&partition-num=2"), limit);
    assertFails(
        StandardErrorCode.KAFKA_INVALID_PARTITION_NUM,
        "(3) specified in sink-uri is more than that of actual topic (2)",
        () -> provider.dial(request("partition-num=3"), limit));
    assertFails(
        StandardErrorCode.KAFKA_NEW_PRODUCER,
        "new kafka producer",
        () ->
            provider.dial(
                Requests.of("kafka://127.0.0.1:" + Ports.free() + "/t", topic, CAPTURE),
                Duration.ofSeconds(1)));
  }

  @Test
  void aTopicThatAllowsLessLowersTheLimit() throws Exception {
    try (Admin admin = broker.admin()) {
      NewTopic small = new NewTopic(topic, 1, (short) 1);
      admin.createTopics(List.of(small.configs(Map.of("max.message.bytes", "4096")))).all().get();
    }
    Sink strict = provider.open(request("protocol=canal-json"));
    assertFails(
        StandardErrorCode.MESSAGE_TOO_LARGE,
        "shop.t",
        () -> {
          strict.write(SinkFeed.transaction(1, List.of(SinkFeed.insert(T, 1, 5_000))));
          flush(strict, SinkFeed.resolvedAfter(1));
        });
    strict.close();
    Sink lenient =
        provider.open(
            request(
                "protocol=canal-json&enable-tidb-extension=true"
                    + "&large-message-handle-option=handle-key-only"));
    lenient.write(SinkFeed.transaction(1, List.of(SinkFeed.insert(T, 1, 3_600))));
    lenient.write(SinkFeed.transaction(2, List.of(SinkFeed.insert(T, 2, 5_000))));
    flush(lenient, SinkFeed.resolvedAfter(2));
    lenient.close();
    assertThat(texts(committed.all(topic)).stream().map(m -> m.contains("onlyHandleKey\":true")))
        .containsExactly(false, true);
  }

  @Test
  void everyCompressionArrives() {
    for (String compression : Set.of("gzip", "snappy", "lz4", "zstd")) {
      Sink sink = provider.open(request("protocol=canal-json&compression=" + compression));
      sink.write(SinkFeed.transaction(1, SinkFeed.inserts(T, 1)));
      flush(sink, SinkFeed.resolvedAfter(1));
      sink.close();
    }
    assertThat(texts(committed.all(topic)).stream().collect(Collectors.toSet())).hasSize(1);
    assertThat(committed.all(topic)).hasSize(4);
  }
}

package io.millrace.core.sink.kafka;

import static io.millrace.core.sink.kafka.KafkaFailures.answer;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.ColumnSelection;
import io.millrace.core.codec.Protocols;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.dispatch.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * What one request needs of Kafka's clients; the first class of the sink that names their types.
 */
record Connection(
    KafkaOptions options,
    SinkRequest request,
    Protocols protocols,
    CertificateFiles files,
    Ticker ticker,
    InstantSource clock) {

  /** Returns an encoder for a topic, which reaches nothing yet. */
  EventEncoder encoder(Topic topic) {
    return encoders().open(encoderRequest(topic));
  }

  private EncoderProvider encoders() {
    return protocols.of(options.protocol());
  }

  private EncoderRequest encoderRequest(Topic topic) {
    Map<String, String> params = new HashMap<>(options.encoderParams());
    params.put(KafkaOptions.MAX_MESSAGE_BYTES, Integer.toString(topic.maxMessageBytes()));
    return new EncoderRequest(topic.name(), params, request.zone(), clock);
  }

  /** Reaches the brokers, and checks that topic and transactions can be used. */
  void dial(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try (Admin admin = admin(limit);
        KafkaTopics topics = new KafkaTopics(options, admin)) {
      topics.reach();
      topics.check(options.topic());
      takeOver(admin, dialId());
    } catch (ExecutionException e) {
      throw KafkaFailures.of(
          StandardErrorCode.KAFKA_NEW_PRODUCER, "new kafka producer, no transactions", e);
    }
    Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    encoders().dial(encoderRequest(new Topic(options.topic(), 1, options.maxMessageBytes())), left);
  }

  private Admin admin(Duration limit) {
    try {
      return Admin.create(KafkaProperties.admin(options, files, limit));
    } catch (KafkaException e) {
      throw KafkaFailures.of(StandardErrorCode.KAFKA_NEW_PRODUCER, "new kafka producer", e);
    }
  }

  Sink open() {
    KafkaTopics topics = new KafkaTopics(options, admin(KafkaProperties.PATIENCE));
    Router router = new Router(request.config().dispatchers(), options.topic(), request.zone());
    Writer rows = writer(transactionalId(request.capture()));
    Notices notices =
        new Notices(
            topics, router, this::encoder, options.tellsAllPartitions(), writer(heraldId()));
    KafkaSink sink =
        new KafkaSink(
            topics,
            router,
            new ColumnSelection(request.config().columnSelectors()),
            options.splitKeyChanges(),
            rows,
            new Lanes(this::encoder, rows),
            notices,
            ticker);
    if (!request.tables().isEmpty()) {
      claim(sink);
    }
    return sink;
  }

  private static void claim(KafkaSink sink) {
    boolean claimed = false;
    try {
      sink.claim();
      claimed = true;
    } finally {
      if (!claimed) {
        sink.close();
      }
    }
  }

  private Writer writer(String transactionalId) {
    return new Writer(KafkaProperties.producer(options, files, transactionalId), ticker);
  }

  private String transactionalId(CaptureId capture) {
    return "millrace-" + request.incarnation() + "-" + capture;
  }

  private String heraldId() {
    return "millrace-" + request.incarnation() + "-herald";
  }

  private String dialId() {
    return "millrace-" + request.incarnation() + "-dial";
  }

  private static void takeOver(Admin admin, String transactionalId) throws ExecutionException {
    var unused = answer(admin.fenceProducers(List.of(transactionalId)).all());
  }

  /** Returns when nothing a capture has sent or still sends can be appended any more. */
  void fence(CaptureId gone) {
    try (Admin admin = admin(KafkaProperties.PATIENCE)) {
      takeOver(admin, transactionalId(gone));
    } catch (ExecutionException | KafkaException e) {
      throw KafkaFailures.of(
          StandardErrorCode.KAFKA_SEND_MESSAGE, "cannot fence capture " + gone, e);
    }
  }
}

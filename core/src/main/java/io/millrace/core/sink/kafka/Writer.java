package io.millrace.core.sink.kafka;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages in transactions under one transactional id, which it takes over from whoever had
 * it. Once a call has thrown, it is of no use any more.
 *
 * <p><i>Threads:</i> one, but {@link #close} any. What is not acknowledged yet is bounded; where it
 * would be more, {@link #send} waits for the brokers.
 */
final class Writer implements AutoCloseable {
  private static final long MOST_UNACKNOWLEDGED_BYTES = 16L << 20;
  private static final int RECORD_BYTES = 64;

  /** For aborting the open transaction, so that nobody has to wait behind it. */
  private static final Duration PARTING = Duration.ofSeconds(1);

  private enum State {
    IDLE,
    OPEN,
    COMMITTING
  }

  private final Map<String, Object> properties;
  private final Ticker ticker;
  private volatile @Nullable Producer<byte[], byte[]> claimed;
  private volatile boolean closed;
  private State state = State.IDLE;
  private long unacknowledged;
  private long openSince;

  Writer(Map<String, Object> properties, Ticker ticker) {
    this.properties = properties;
    this.ticker = ticker;
  }

  /** Takes the transactional id over: all who had it before are fenced. */
  void claim() {
    make().initTransactions();
  }

  private Producer<byte[], byte[]> make() {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    claimed = producer;
    if (closed) {
      producer.close(Duration.ZERO);
    }
    return producer;
  }

  /** Returns the producer; takes the transactional id over, if that was not done yet. */
  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> producer = claimed;
    if (producer == null) {
      producer = make();
      patiently(producer::initTransactions);
    }
    return producer;
  }

  /** Repeats a call that gives up early, for as long as messages are tried to be delivered. */
  private static void patiently(Runnable call) {
    for (long tries = KafkaProperties.DELIVERY.dividedBy(KafkaProperties.PATIENCE); ; tries--) {
      try {
        call.run();
        return;
      } catch (TimeoutException e) {
        if (tries <= 1) {
          throw e;
        }
      }
    }
  }

  /** Sends a message, in the open transaction or a new one. */
  void send(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
    Producer<byte[], byte[]> producer = producer();
    while (state == State.COMMITTING) {
      commit();
    }
    if (state == State.IDLE) {
      producer.beginTransaction();
      state = State.OPEN;
      openSince = ticker.read();
    }
    // A client that lost all brokers forgets the topics, and sending waits not long enough.
    patiently(() -> producer.partitionsFor(topic));
    // What becomes of it is known when the transaction is committed.
    var unused = producer.send(new ProducerRecord<>(topic, partition, key, value));
    unacknowledged +=
        RECORD_BYTES + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    if (unacknowledged > MOST_UNACKNOWLEDGED_BYTES) {
      producer.flush();
      unacknowledged = 0;
    }
  }

  /** Returns whether all that was sent is committed; where not, it must be asked again. */
  boolean commit() {
    if (state == State.IDLE) {
      return true;
    }
    state = State.COMMITTING;
    try {
      producer().commitTransaction();
    } catch (TimeoutException e) {
      return false;
    }
    state = State.IDLE;
    unacknowledged = 0;
    return true;
  }

  /** Returns for how long the open transaction has been open. */
  Duration age() {
    return state == State.OPEN ? Duration.ofNanos(ticker.read() - openSince) : Duration.ZERO;
  }

  /** Takes back what was sent since the last commit. */
  void abort() {
    while (state == State.COMMITTING) {
      commit();
    }
    if (state == State.OPEN) {
      patiently(producer()::abortTransaction);
      state = State.IDLE;
      unacknowledged = 0;
    }
  }

  /** Aborts the open transaction if the brokers allow it soon; calls under way throw. */
  @Override
  public void close() {
    closed = true;
    Producer<byte[], byte[]> producer = claimed;
    if (producer != null) {
      producer.close(PARTING);
    }
  }
}

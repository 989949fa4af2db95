package io.millrace.core.sink.kafka;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.ColumnSelection;
import io.millrace.core.codec.Protocols;
import io.millrace.core.connector.Artifacts;
import io.millrace.core.connector.CertificateFiles;
import io.millrace.core.dispatch.Router;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Opens sinks that write to Kafka: {@code kafka://host:9092,host:9092/topic?protocol=canal-json}.
 *
 * <p>Parameters of the URI, or of the configuration's {@code kafka-config}, the URI's first: {@code
 * protocol} (default {@code open-protocol}), {@code partition-num} (default all, of a new topic 3),
 * {@code replication-factor} (1), {@code auto-create-topic} (true), {@code max-message-bytes} (10
 * MiB, or what the topic allows where that is less), {@code compression} ({@code none}, {@code
 * gzip}, {@code snappy}, {@code lz4}, {@code zstd}), {@code kafka-client-id}, {@code dial-timeout},
 * {@code read-timeout}, {@code write-timeout} (10s each), {@code output-raw-change-event} (false:
 * an update that changes a unique key becomes its delete and its insert), {@code enable-tls} (true
 * for {@code kafka+ssl} and where files are given), {@code ca}, {@code cert}, {@code key} (PEM
 * files in the certificate directory), {@code insecure-skip-verify}, {@code sasl-user}, {@code
 * sasl-password}, {@code sasl-mechanism} ({@code PLAIN}, {@code SCRAM-SHA-256}, {@code
 * SCRAM-SHA-512}), and those of the encoder. Checked, without effect: {@code kafka-version}, {@code
 * max-retry}, {@code required-acks} (all replicas always acknowledge).
 *
 * <p><i>Promise:</i> at least once, in order per partition. Rows are written in transactions: who
 * reads with {@code isolation.level=read_committed} sees a repeat only after a crash or a long
 * outage, and none of rows that were never committed; who reads uncommitted sees in addition what
 * was aborted, which comes again. After {@link #fence} nothing more of the capture's can be
 * appended. Brokers must be 3.6 or later for that; earlier ones let a late message through.
 *
 * <p><i>Source:</i> API v1, 4.2.2; protocol specification, sections 3 and 11.
 */
public final class KafkaSinkProvider implements SinkProvider {
  private static final String CLIENT = "org.apache.kafka.clients.producer.KafkaProducer";

  private final Protocols protocols;
  private final CertificateFiles files;
  private final Ticker ticker;
  private final InstantSource clock;

  /**
   * Creates a provider.
   *
   * @param files the certificates that URIs may name
   * @param ticker measures how often is committed
   * @param clock what encoders note as the time a message was made
   */
  public KafkaSinkProvider(
      Protocols protocols, CertificateFiles files, Ticker ticker, InstantSource clock) {
    this.protocols = protocols;
    this.files = files;
    this.ticker = ticker;
    this.clock = clock;
  }

  @Override
  public void validate(SinkRequest request) {
    Router.check(request.config().dispatchers());
    Connection connection = connection(request);
    connection.encoder(new Topic("", 1, connection.options().maxMessageBytes()));
    if (connection.options().protocol().endsWith("avro")) {
      Router.checkForAvro(request.config().dispatchers());
    }
    connection.options().security().check(files);
    var unused = new ColumnSelection(request.config().columnSelectors());
  }

  private Connection connection(SinkRequest request) {
    Artifacts.require(
        "sink scheme '" + request.uri().scheme() + "'", CLIENT, "org.apache.kafka:kafka-clients");
    return new Connection(KafkaOptions.of(request), request, protocols, files, ticker, clock);
  }

  @Override
  public boolean selectsColumns() {
    return true;
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    connection(request).dial(limit);
  }

  @Override
  public Sink open(SinkRequest request) {
    return connection(request).open();
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    connection(request).fence(gone);
  }
}

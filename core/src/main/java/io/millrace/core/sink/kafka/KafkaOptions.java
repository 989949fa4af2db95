package io.millrace.core.sink.kafka;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of a Kafka sink.
 *
 * @param brokers {@code host:port} of those asked first
 * @param topic the default topic
 * @param protocol the message protocol, in lower case
 * @param newTopics how topics are made, and how many of their partitions are used
 * @param maxMessageBytes the most a message may take, if the topic does not allow less
 * @param compression how batches of messages are compressed
 * @param clientId what the brokers know the client by
 * @param dialTimeout how long a connection may take to be made
 * @param requestTimeout how long a broker may take to answer
 * @param splitKeyChanges whether updates of keys become a delete and an insert
 * @param security encryption and login
 * @param encoderParams the encoder's parameters
 */
record KafkaOptions(
    List<String> brokers,
    String topic,
    String protocol,
    NewTopics newTopics,
    int maxMessageBytes,
    String compression,
    String clientId,
    Duration dialTimeout,
    Duration requestTimeout,
    boolean splitKeyChanges,
    KafkaSecurity security,
    Map<String, String> encoderParams) {
  /** The name of the parameter that encoders have too, and that a topic may lower. */
  static final String MAX_MESSAGE_BYTES = "max-message-bytes";

  private static final System.Logger LOG = System.getLogger(KafkaOptions.class.getName());
  private static final String DEFAULT_PROTOCOL = "open-protocol";
  private static final String NO_QUEUE_PROTOCOL = "csv";
  private static final String DEFAULT_PORT = "9092";
  private static final int MOST_BYTES = 1 << 30;
  private static final Set<String> COMPRESSIONS = Set.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern VERSION = Pattern.compile("\\d{1,4}(\\.\\d{1,4}){2,3}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(10);

  /** The objects of the configuration whose members are parameters like those of the URI. */
  private static final List<String> OBJECTS =
      List.of(
          "kafka-config.",
          "kafka-config.large-message-handle.",
          "kafka-config.codec-config.",
          "large-message-handle.");

  /**
   * How topics are made that do not exist.
   *
   * @param allowed whether they are made at all
   * @param partitions how many partitions are used, of topics that exist too; empty: all, and of a
   *     new topic {@link #DEFAULT_PARTITIONS}
   * @param replicas on how many brokers each partition lies
   */
  record NewTopics(boolean allowed, Optional<Integer> partitions, short replicas) {
    static final int DEFAULT_PARTITIONS = 3;
  }

  KafkaOptions {
    brokers = List.copyOf(brokers);
    encoderParams = Map.copyOf(encoderParams);
  }

  /**
   * Returns the parameters of a request; those of the URI win.
   *
   * @throws CdcException naming the parameter that is wrong
   */
  static KafkaOptions of(SinkRequest request) {
    Map<String, String> values = new HashMap<>(request.config().options());
    for (String object : OBJECTS) {
      request.config().options().entrySet().stream()
          .filter(e -> e.getKey().startsWith(object))
          .forEach(e -> values.putIfAbsent(e.getKey().substring(object.length()), e.getValue()));
    }
    request.config().protocol().ifPresent(protocol -> values.put("protocol", protocol));
    values.putAll(request.uri().params());
    Params params = new Params(values, StandardErrorCode.KAFKA_INVALID_CONFIG);
    checkWithoutEffect(params);
    return new KafkaOptions(
        brokers(request.uri()),
        topic(request.uri()),
        protocol(params),
        newTopics(params),
        (int) params.number(MAX_MESSAGE_BYTES, Messages.DEFAULT_MAX_BYTES, 1, MOST_BYTES),
        params.word("compression", "none", COMPRESSIONS),
        clientId(params, request),
        timeout(params, "dial-timeout"),
        longer(timeout(params, "read-timeout"), timeout(params, "write-timeout")),
        !params.flag("output-raw-change-event", false),
        KafkaSecurity.of(params, request.uri().scheme().endsWith("+ssl")),
        values);
  }

  private static List<String> brokers(ConnectorUri uri) {
    List<String> brokers = uri.hosts().stream().map(KafkaOptions::withPort).toList();
    if (brokers.isEmpty()) {
      throw invalid("no broker is specified in sink-uri");
    }
    return brokers;
  }

  private static String withPort(String host) {
    int colon = host.indexOf(':', host.startsWith("[") ? host.indexOf(']') : 0);
    if (colon < 0) {
      return host + ":" + DEFAULT_PORT;
    }
    return colon == host.length() - 1 ? host + DEFAULT_PORT : host;
  }

  private static String topic(ConnectorUri uri) {
    String topic = uri.path().replaceAll("^/+|/+$", "");
    if (topic.isEmpty()) {
      throw invalid("no topic is specified in sink-uri");
    }
    if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      throw invalid(
          "invalid topic '"
              + topic
              + "', it may have 1 to 249 letters, digits, '.', '_' and '-', and be neither . nor ..");
    }
    return topic;
  }

  private static String protocol(Params params) {
    String protocol = params.text("protocol").orElse(DEFAULT_PROTOCOL).toLowerCase(Locale.ROOT);
    if (protocol.equals(NO_QUEUE_PROTOCOL)) {
      throw new CdcException(
          StandardErrorCode.SINK_UNKNOWN_PROTOCOL,
          "the protocol " + protocol + " is for files, a Kafka sink does not have it");
    }
    return protocol;
  }

  private static NewTopics newTopics(Params params) {
    Optional<Integer> partitions = params.text("partition-num").map(KafkaOptions::partitions);
    return new NewTopics(
        params.flag("auto-create-topic", true),
        partitions,
        (short) params.number("replication-factor", 1, 1, Short.MAX_VALUE));
  }

  private static int partitions(String text) {
    int number = 0;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_PARTITION_NUM, "invalid partition num " + text, e);
    }
    if (number <= 0) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_PARTITION_NUM, "invalid partition num " + text);
    }
    return number;
  }

  private static String clientId(Params params, SinkRequest request) {
    String id =
        params
            .text("kafka-client-id")
            .orElseGet(
                () ->
                    "millrace_producer_"
                        + request.capture().value().replaceAll("[^A-Za-z0-9._-]", "_")
                        + "_"
                        + request.changefeed());
    if (!CLIENT_ID.matcher(id).matches()) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_CLIENT_ID, "invalid kafka client ID '" + id + "'");
    }
    return id;
  }

  private static Duration timeout(Params params, String name) {
    Duration timeout = params.duration(name, DEFAULT_TIMEOUT);
    if (timeout.toMillis() < 1 || timeout.compareTo(MOST_TIMEOUT) > 0) {
      throw params.bad(name, params.text(name).orElse(""), "a duration from 1ms to 10m");
    }
    return timeout;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /** Checks what other clients need, and this one does by itself. */
  private static void checkWithoutEffect(Params params) {
    params.number("max-batch-size", 16, 1, Integer.MAX_VALUE);
    params.number("max-retry", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
    Optional<String> version = params.text("kafka-version");
    if (version.isPresent() && !VERSION.matcher(version.get()).matches()) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_VERSION,
          "invalid kafka version '" + version.get() + "', it must be such as 2.4.0");
    }
    checkAcks(params.text("required-acks").orElse("-1"));
    String atomicity = params.word("transaction-atomicity", "none", Set.of("none", "table"));
    if (!atomicity.equals("none")) {
      throw new CdcException(
          StandardErrorCode.SINK_URI_INVALID,
          "sink uri invalid 'table level atomicity is not supported by kafka scheme'");
    }
  }

  private static void checkAcks(String acks) {
    if (!Set.of("-1", "0", "1").contains(acks)) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_REQUIRED_ACKS,
          "invalid required acks "
              + acks
              + ", only support these values: 0(NoResponse),1(WaitForLocal) and -1(WaitForAll)");
    }
    if (!acks.equals("-1")) {
      LOG.log(
          System.Logger.Level.WARNING,
          "kafka sink waits for all replicas all the same, as fencing needs it required-acks={0}",
          acks);
    }
  }

  /** Returns whether schema changes go to every partition of their topic, or to the first only. */
  boolean tellsAllPartitions() {
    return !protocol.startsWith("canal");
  }

  /** Returns the most a message may take in a topic that allows so much in a batch. */
  int maxMessageBytes(int topicLimit) {
    return Math.max(1, Math.min(maxMessageBytes, topicLimit - 128));
  }

  static CdcException invalid(String reason) {
    return new CdcException(StandardErrorCode.KAFKA_INVALID_CONFIG, reason);
  }
}

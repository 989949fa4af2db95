package io.millrace.core.sink.kafka;

import static io.millrace.core.sink.kafka.KafkaFailures.answer;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The topics written to; makes those that do not exist.
 *
 * <p><i>Threads:</i> one, but {@link #close} any. A call waits for brokers no longer than the
 * administrator's limit for each request.
 */
final class KafkaTopics implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(KafkaTopics.class.getName());
  private static final String BROKER_LEAST_REPLICAS = "min.insync.replicas";
  private static final Duration SHORTLY = Duration.ofMillis(1);

  private final KafkaOptions options;
  private final Admin admin;
  private final Map<String, Topic> known = new HashMap<>();

  KafkaTopics(KafkaOptions options, Admin admin) {
    this.options = options;
    this.admin = admin;
  }

  /**
   * Returns a topic, made if need be.
   *
   * @throws CdcException {@link StandardErrorCode#KAFKA_INVALID_PARTITION_NUM}, {@link
   *     StandardErrorCode#KAFKA_INVALID_CONFIG} or {@link StandardErrorCode#KAFKA_CREATE_TOPIC}
   */
  Topic of(String name) {
    Topic topic = known.get(name);
    if (topic == null) {
      topic = found(name).orElseGet(() -> make(name));
      known.put(name, topic);
    }
    return topic;
  }

  /**
   * Reaches the brokers.
   *
   * @throws CdcException {@link StandardErrorCode#KAFKA_NEW_PRODUCER}
   */
  void reach() {
    try {
      var unused = answer(admin.describeCluster().clusterId());
    } catch (ExecutionException | KafkaException e) {
      throw KafkaFailures.of(StandardErrorCode.KAFKA_NEW_PRODUCER, "new kafka producer", e);
    }
  }

  /** Checks that a topic can be used as it is or could be made; makes none. */
  void check(String name) {
    if (found(name).isPresent()) {
      return;
    }
    try {
      answer(create(name, true).all());
    } catch (ExecutionException | KafkaException e) {
      throw failed("kafka create topic failed", e);
    }
  }

  private Optional<Topic> found(String name) {
    TopicDescription description;
    try {
      description = answer(admin.describeTopics(List.of(name)).allTopicNames()).get(name);
    } catch (ExecutionException | KafkaException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failed("kafka topic " + name + " cannot be described", e);
    }
    int actual = description == null ? 0 : description.partitions().size();
    int wanted = options.newTopics().partitions().orElse(actual);
    if (wanted > actual) {
      throw new CdcException(
          StandardErrorCode.KAFKA_INVALID_PARTITION_NUM,
          "the number of partition ("
              + wanted
              + ") specified in sink-uri is more than that of actual topic ("
              + actual
              + ")");
    }
    int limit =
        number(
            new ConfigResource(ConfigResource.Type.TOPIC, name),
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    return Optional.of(new Topic(name, wanted, options.maxMessageBytes(limit)));
  }

  private Topic make(String name) {
    try {
      Config config = answer(create(name, false).config(name));
      LOG.log(System.Logger.Level.INFO, "kafka sink made a topic topic={0}", name);
      int limit = number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
      return new Topic(name, newPartitions(), options.maxMessageBytes(limit));
    } catch (ExecutionException | KafkaException e) {
      // Somebody else made it, or it is made and its configuration may not be read.
      if (e.getCause() instanceof TopicExistsException
          || e.getCause() instanceof AuthorizationException) {
        return found(name).orElseThrow(() -> failed("kafka create topic failed", e));
      }
      throw failed("kafka create topic failed", e);
    }
  }

  private int newPartitions() {
    return options.newTopics().partitions().orElse(KafkaOptions.NewTopics.DEFAULT_PARTITIONS);
  }

  private CreateTopicsResult create(String name, boolean onlyCheck) {
    if (!options.newTopics().allowed()) {
      throw KafkaOptions.invalid("auto-create-topic is false, and there is no topic " + name);
    }
    checkReplicas();
    NewTopic topic = new NewTopic(name, newPartitions(), options.newTopics().replicas());
    return admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(onlyCheck));
  }

  /** Checks that a new topic has as many replicas as must acknowledge a message. */
  private void checkReplicas() {
    List<Node> nodes;
    try {
      nodes = List.copyOf(answer(admin.describeCluster().nodes()));
    } catch (ExecutionException | KafkaException e) {
      throw failed("kafka cluster cannot be described", e);
    }
    int least =
        nodes.isEmpty()
            ? 1
            : number(
                new ConfigResource(ConfigResource.Type.BROKER, nodes.get(0).idString()),
                BROKER_LEAST_REPLICAS);
    if (least != Integer.MAX_VALUE && options.newTopics().replicas() < least) {
      throw KafkaOptions.invalid(
          "invalid replication-factor "
              + options.newTopics().replicas()
              + ", the brokers' min.insync.replicas is "
              + least);
    }
  }

  /** Returns a number of a configuration, or the largest there is where it may not be read. */
  private int number(ConfigResource resource, String key) {
    try {
      Config config = answer(admin.describeConfigs(List.of(resource)).all()).get(resource);
      return number(config, key);
    } catch (ExecutionException | KafkaException e) {
      if (e.getCause() instanceof AuthorizationException) {
        LOG.log(
            System.Logger.Level.WARNING,
            "kafka sink may not read a limit, it goes by its own resource={0} key={1}",
            resource.name(),
            key);
        return Integer.MAX_VALUE;
      }
      throw failed("kafka configuration of " + resource.name() + " cannot be read", e);
    }
  }

  private static int number(@Nullable Config config, String key) {
    ConfigEntry entry = config == null ? null : config.get(key);
    String value = entry == null ? null : entry.value();
    return value == null ? Integer.MAX_VALUE : Integer.parseInt(value);
  }

  private static CdcException failed(String what, Exception failure) {
    return KafkaFailures.of(StandardErrorCode.KAFKA_CREATE_TOPIC, what, failure);
  }

  @Override
  public void close() {
    admin.close(SHORTLY);
  }
}

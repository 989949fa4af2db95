package io.millrace.core.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a reader of a topic with canal-json's messages got, checked as it comes: no change follows a
 * watermark that covers it; after a kill of the writer only changes come that the checkpoint seen
 * before the kill does not cover; and between kills, of each row later changes only.
 */
final class Delivery {
  private static final Pattern TABLE = Pattern.compile("\"table\":\"(\\w*)\"");
  private static final Pattern ID = Pattern.compile("\"data\":\\[\\{\"id\":\"(\\d+)\"");
  private static final Pattern COMMIT = Pattern.compile("\"commitTs\":(\\d+)");
  private static final Pattern WATERMARK = Pattern.compile("\"watermarkTs\":(\\d+)");

  /**
   * A kill of the writer.
   *
   * @param ends where the partitions ended after it
   * @param checkpoint the checkpoint that was shown before it
   */
  record Kill(Map<TopicPartition, Long> ends, long checkpoint) {}

  private static final class Partition {
    private final Map<String, Long> latest = new HashMap<>();
    private int kills;
    private long watermark;
  }

  private final List<Kill> kills;
  private final boolean ordered;
  private final Map<TopicPartition, Partition> partitions = new HashMap<>();
  private final Map<String, String> tables = new HashMap<>();
  private final Set<Change> seen = new HashSet<>();
  private int messages;
  private int repeats;
  private int watermarks;

  /**
   * Creates one.
   *
   * @param ordered whether rows must be in order between kills; where aborted transactions are seen
   *     too, a message that was on its way at a kill may come after it
   */
  Delivery(List<Kill> kills, boolean ordered) {
    this.kills = kills;
    this.ordered = ordered;
  }

  void take(ConsumerRecord<byte[], byte[]> message) {
    String text = new String(message.value(), StandardCharsets.UTF_8);
    TopicPartition place = new TopicPartition(message.topic(), message.partition());
    Partition partition = partitions.computeIfAbsent(place, p -> new Partition());
    Matcher watermark = WATERMARK.matcher(text);
    if (watermark.find()) {
      long ts = Long.parseLong(watermark.group(1));
      assertThat(ts).as("watermark at %s", place).isGreaterThanOrEqualTo(partition.watermark);
      partition.watermark = ts;
      watermarks++;
      return;
    }
    while (partition.kills < kills.size()
        && kills.get(partition.kills).ends().getOrDefault(place, Long.MAX_VALUE)
            <= message.offset()) {
      partition.kills++;
      partition.latest.clear();
    }
    Change change = change(text);
    if (change.ts() <= partition.watermark) {
      throw new AssertionError(change + " follows watermark " + partition.watermark);
    }
    if (partition.kills > 0 && change.ts() <= kills.get(partition.kills - 1).checkpoint()) {
      throw new AssertionError(
          change + " comes after kill " + partition.kills + ", the checkpoint was above it");
    }
    Long before = partition.latest.put(change.table() + change.id(), change.ts());
    if (ordered && before != null && before >= change.ts()) {
      throw new AssertionError(change + " follows one of ts " + before + " at " + place);
    }
    messages++;
    if (!seen.add(change)) {
      repeats++;
    }
  }

  private Change change(String text) {
    String table = found(TABLE, text);
    return new Change(
        tables.computeIfAbsent(table, name -> name),
        Long.parseLong(found(ID, text)),
        Long.parseLong(found(COMMIT, text)));
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  /** Checks that all changes came, and nothing else. */
  void assertComplete(Set<Change> changes) {
    Set<Change> missing = new HashSet<>(changes);
    missing.removeAll(seen);
    assertThat(missing).isEmpty();
    assertThat(seen).hasSameSizeAs(changes);
  }

  @Override
  public String toString() {
    return "messages=" + messages + " repeats=" + repeats + " watermarks=" + watermarks;
  }
}

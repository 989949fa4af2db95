package io.millrace.core.meta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the records that every node writes and reads before it is ready, written out by hand:
 * having them introspected would take a good part of a node's start.
 */
final class StartRecords {
  private StartRecords() {}

  /** Adds a record's components to an object; false: it is another kind of record. */
  static boolean write(Object record, ObjectNode to) {
    if (record instanceof CaptureRecord capture) {
      to.put("address", capture.address());
      to.put("version", capture.version());
      to.put("pid", capture.pid());
      array(to.putArray("sinks"), capture.sinks());
      array(to.putArray("consumers"), capture.consumers());
      return true;
    }
    if (record instanceof RoundRecord round) {
      to.put("at", round.at().toString());
      return true;
    }
    return record instanceof CandidateRecord;
  }

  private static void array(ArrayNode to, Set<String> texts) {
    new TreeSet<>(texts).forEach(to::add);
  }

  /** Returns the record of an object, or null where it is of another type. */
  static @Nullable Object read(JsonNode from, Class<?> type) {
    if (type == CaptureRecord.class) {
      return new CaptureRecord(
          from.path("address").asText(),
          from.path("version").asText(),
          from.path("pid").asLong(),
          set(from.path("sinks")),
          set(from.path("consumers")));
    }
    if (type == RoundRecord.class) {
      return new RoundRecord(Instant.parse(from.path("at").asText()));
    }
    return type == CandidateRecord.class ? new CandidateRecord() : null;
  }

  private static Set<String> set(JsonNode texts) {
    Set<String> set = new HashSet<>();
    texts.forEach(text -> set.add(text.asText()));
    return set;
  }
}

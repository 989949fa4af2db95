package io.millrace.core.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares JSON documents by what they say. */
final class Documents {
  private static final double NEARLY = 1e-14;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Documents() {}

  /** Returns whether two texts are equal, or documents that say the same; null is SQL's NULL. */
  static boolean areEqual(@Nullable String one, @Nullable String other) {
    if (one == null || other == null || one.equals(other)) {
      return Objects.equals(one, other);
    }
    try {
      return areEqual(JSON.readTree(one), JSON.readTree(other));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /**
   * A number that is no whole one of 64 bits becomes a DOUBLE in MySQL, which reads its text only
   * nearly exactly.
   */
  private static boolean areNearlyEqual(BigDecimal one, BigDecimal other) {
    double a = one.doubleValue();
    return one.compareTo(other) == 0 || Math.abs(a - other.doubleValue()) <= NEARLY * Math.abs(a);
  }

  private static boolean areEqual(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return (one.isIntegralNumber() && other.isIntegralNumber())
          ? one.equals(other)
          : areNearlyEqual(one.decimalValue(), other.decimalValue());
    }
    if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
      return false;
    }
    if (one.isObject()) {
      for (Iterator<String> names = one.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        JsonNode value = other.get(name);
        if (value == null || !areEqual(one.get(name), value)) {
          return false;
        }
      }
      return true;
    }
    if (one.isArray()) {
      for (int i = 0; i < one.size(); i++) {
        if (!areEqual(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    return one.equals(other);
  }
}

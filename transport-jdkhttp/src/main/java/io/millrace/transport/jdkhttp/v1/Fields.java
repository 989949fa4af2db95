package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.Tso;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one JSON object of a body, read as API v1 reads them (1.0.4): a key is found exactly,
 * else without regard to letter case; null is as good as absent; nothing is coerced.
 *
 * <p>Every error names the field by its path, and the type that is wanted.
 */
final class Fields {
  private static final BigInteger MOST_UNSIGNED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final String path;
  private final JsonNode object;

  private Fields(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /** Returns the keys of a body; the literal null is as good as an object without keys. */
  static Fields of(JsonNode body) {
    if (!body.isObject() && !body.isNull()) {
      throw Json.invalid("wanted is a JSON object, found is " + found(body));
    }
    return new Fields("", body);
  }

  private @Nullable JsonNode find(String key) {
    JsonNode exact = object.get(key);
    JsonNode found = exact;
    if (exact == null) {
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        if (each.getKey().equalsIgnoreCase(key)) {
          found = each.getValue();
        }
      }
    }
    return found == null || found.isNull() ? null : found;
  }

  private <T> Optional<T> read(String key, BiFunction<String, JsonNode, T> reader) {
    JsonNode node = find(key);
    return node == null ? Optional.empty() : Optional.of(reader.apply(path + key, node));
  }

  Optional<String> text(String key) {
    return read(key, Fields::text);
  }

  boolean flag(String key) {
    return read(key, Fields::flag).orElse(false);
  }

  Optional<Tso> tso(String key) {
    return read(key, Fields::tso);
  }

  /** Returns a whole number from 0 to 2^31 - 1; smaller ones are left to the service. */
  OptionalInt number(String key) {
    return read(key, Fields::number).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** Returns a whole number of 64 bits. */
  Optional<Long> longNumber(String key) {
    return read(key, Fields::longNumber);
  }

  List<String> texts(String key) {
    return list(key, Fields::text);
  }

  List<Tso> tsos(String key) {
    return list(key, Fields::tso);
  }

  Optional<Fields> object(String key) {
    return read(key, Fields::object);
  }

  List<Fields> objects(String key) {
    return list(key, Fields::object);
  }

  /** Returns the keys with their values, without those that are null. */
  Map<String, JsonNode> all() {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    object.properties().forEach(each -> all.put(each.getKey(), each.getValue()));
    all.values().removeIf(JsonNode::isNull);
    return all;
  }

  private <T> List<T> list(String key, BiFunction<String, JsonNode, T> reader) {
    return read(key, (name, node) -> elements(name, node, reader)).orElse(List.of());
  }

  private static <T> List<T> elements(
      String name, JsonNode node, BiFunction<String, JsonNode, T> reader) {
    if (!node.isArray()) {
      throw wrong(name, "an array", node);
    }
    List<T> elements = new ArrayList<>();
    for (JsonNode element : node) {
      elements.add(reader.apply(name + "[" + elements.size() + "]", element));
    }
    return elements;
  }

  /** Returns the text of a value; one that holds half a surrogate pair has no UTF-8 form. */
  static String text(String name, JsonNode node) {
    if (!node.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(node.textValue())) {
      throw wrong(name, "a string", node);
    }
    return node.textValue();
  }

  private static boolean flag(String name, JsonNode node) {
    if (!node.isBoolean()) {
      throw wrong(name, "true or false", node);
    }
    return node.booleanValue();
  }

  private static Tso tso(String name, JsonNode node) {
    BigInteger value = node.isIntegralNumber() ? node.bigIntegerValue() : BigInteger.ONE.negate();
    if (value.signum() < 0 || value.compareTo(MOST_UNSIGNED) > 0) {
      throw wrong(name, "a whole number from 0 to " + MOST_UNSIGNED, node);
    }
    return new Tso(value.longValue());
  }

  private static int number(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(name, "a whole number from 0 to " + Integer.MAX_VALUE, node);
    }
    return node.intValue();
  }

  private static long longNumber(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(name, "a whole number of 64 bits", node);
    }
    return node.longValue();
  }

  private static Fields object(String name, JsonNode node) {
    if (!node.isObject()) {
      throw wrong(name, "an object", node);
    }
    return new Fields(name + ".", node);
  }

  private static CdcException wrong(String name, String wanted, JsonNode node) {
    return Json.invalid(name + " must be " + wanted + ", found is " + found(node));
  }

  private static String found(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      default -> "a number out of range or of another form";
    };
  }
}

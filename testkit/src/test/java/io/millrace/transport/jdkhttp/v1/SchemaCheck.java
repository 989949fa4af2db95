package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Compares values with schemas of an OpenAPI document: the part of the language that ours uses.
 *
 * @param document where references lead
 * @param faults gets what differs
 */
record SchemaCheck(JsonNode document, List<String> faults) {
  void check(String at, JsonNode schema, JsonNode value) {
    if (schema.has("$ref")) {
      check(at, document.at(schema.get("$ref").textValue().substring(1)), value);
      return;
    }
    if (value.isNull() && schema.path("nullable").booleanValue()) {
      return;
    }
    schema.path("allOf").forEach(each -> check(at, each, value));
    switch (schema.path("type").asText()) {
      case "object" -> object(at, schema, value);
      case "array" -> {
        that(value.isArray(), at, "is no array");
        int i = 0;
        for (JsonNode element : value) {
          check(at + "[" + i++ + "]", schema.path("items"), element);
        }
      }
      case "string" -> string(at, schema, value);
      case "integer" -> integer(at, schema, value);
      case "boolean" -> that(value.isBoolean(), at, "is no boolean");
      case "" -> that(schema.has("allOf"), at, "is not described");
      default -> that(false, at, "is of an unknown type");
    }
  }

  private void that(boolean holds, String at, String fault) {
    if (!holds) {
      faults.add(at + " " + fault);
    }
  }

  private void object(String at, JsonNode schema, JsonNode value) {
    that(value.isObject(), at, "is no object");
    schema
        .path("required")
        .forEach(each -> that(value.has(each.textValue()), at, "has no " + each.textValue()));
    value
        .properties()
        .forEach(
            each -> {
              JsonNode known = schema.path("properties").path(each.getKey());
              JsonNode other = schema.path("additionalProperties");
              if (!known.isMissingNode()) {
                check(at + "." + each.getKey(), known, each.getValue());
              } else if (other.isObject()) {
                check(at + "." + each.getKey(), other, each.getValue());
              } else {
                that(
                    !schema.has("properties"),
                    at,
                    "has " + each.getKey() + ", which is not described");
              }
            });
  }

  private void string(String at, JsonNode schema, JsonNode value) {
    that(value.isTextual(), at, "is no string");
    isListed(at, schema, value);
    if (schema.has("pattern")) {
      that(
          Pattern.compile(schema.get("pattern").textValue()).matcher(value.asText()).find(),
          at,
          "does not match");
    }
  }

  private void integer(String at, JsonNode schema, JsonNode value) {
    that(value.isIntegralNumber(), at, "is no integer");
    isListed(at, schema, value);
    BigInteger number = value.bigIntegerValue();
    if (schema.has("minimum")) {
      that(number.compareTo(schema.get("minimum").bigIntegerValue()) >= 0, at, "is too small");
    }
    if (schema.has("maximum")) {
      that(number.compareTo(schema.get("maximum").bigIntegerValue()) <= 0, at, "is too large");
    }
  }

  private void isListed(String at, JsonNode schema, JsonNode value) {
    if (schema.has("enum")) {
      boolean listed = false;
      for (JsonNode each : schema.get("enum")) {
        listed |= each.asText().equals(value.asText());
      }
      that(listed, at, "is none of the values");
    }
  }
}

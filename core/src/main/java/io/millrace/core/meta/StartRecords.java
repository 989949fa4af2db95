package io.millrace.core.meta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.api.Tso;
import io.millrace.api.event.SourcePosition;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The JSON of the records that every node writes and reads before it is ready, token by token:
 * loading what introspects records would take a good part of a node's start.
 */
final class StartRecords {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<Class<?>> TYPES =
      Set.of(CaptureRecord.class, CandidateRecord.class, RoundRecord.class, UpstreamRecord.class);

  private StartRecords() {}

  /** Returns whether records of a type are written and read here. */
  static boolean has(Class<?> type) {
    return TYPES.contains(type);
  }

  /** Returns the text of a record. */
  static String write(Object record) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeNumberField(StoredJson.VERSION_FIELD, StoredJson.VERSION);
      if (record instanceof CaptureRecord capture) {
        out.writeStringField("address", capture.address());
        out.writeStringField("version", capture.version());
        out.writeNumberField("pid", capture.pid());
        write("sinks", capture.sinks(), out);
        write("consumers", capture.consumers(), out);
      } else if (record instanceof RoundRecord round) {
        out.writeStringField("at", round.at().toString());
      } else if (record instanceof UpstreamRecord upstream) {
        write("end", upstream.end(), out);
        out.writeStringField("ts", upstream.ts().toString());
        write("oldest", upstream.oldest(), out);
        if (upstream.oldestTs().isPresent()) {
          out.writeStringField("oldestTs", upstream.oldestTs().get().toString());
        }
      }
      out.writeEndObject();
    }
    return text.toString();
  }

  private static void write(String name, Set<String> texts, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart(name);
    for (String each : new TreeSet<>(texts)) {
      out.writeString(each);
    }
    out.writeEndArray();
  }

  private static void write(String name, SourcePosition position, JsonGenerator out)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeStringField("server", position.server());
    out.writeNumberField("file", position.file());
    out.writeNumberField("offset", position.offset());
    out.writeNumberField("ordinal", position.ordinal());
    out.writeStringField("detail", position.detail());
    out.writeEndObject();
  }

  /** Returns the record of a text. */
  static Object read(String key, String text, Class<?> type) throws IOException {
    Fields fields;
    try (JsonParser in = JSON.createParser(text)) {
      in.nextToken();
      fields = Fields.read(in);
    }
    StoredJson.checkVersion(key, (int) fields.number(StoredJson.VERSION_FIELD));
    if (type == CaptureRecord.class) {
      return new CaptureRecord(
          fields.text("address"),
          fields.text("version"),
          fields.number("pid"),
          fields.texts("sinks"),
          fields.texts("consumers"));
    }
    if (type == RoundRecord.class) {
      return new RoundRecord(Instant.parse(fields.text("at")));
    }
    return type == UpstreamRecord.class
        ? new UpstreamRecord(
            fields.position("end"),
            Tso.parse(fields.text("ts")),
            fields.position("oldest"),
            Optional.of(fields.text("oldestTs")).filter(ts -> !ts.isEmpty()).map(Tso::parse))
        : new CandidateRecord();
  }

  /** The fields of an object by name; any may be absent. */
  private record Fields(
      Map<String, String> texts,
      Map<String, Long> numbers,
      Map<String, Set<String>> lists,
      Map<String, Fields> objects) {
    Fields() {
      this(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    /** Reads an object that has begun, to its end. */
    static Fields read(JsonParser in) throws IOException {
      Fields fields = new Fields();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        JsonToken value = in.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          fields.texts.put(name, in.getText());
        } else if (value == JsonToken.VALUE_NUMBER_INT) {
          fields.numbers.put(name, in.getLongValue());
        } else if (value == JsonToken.START_ARRAY) {
          fields.lists.put(name, list(in));
        } else if (value == JsonToken.START_OBJECT) {
          fields.objects.put(name, read(in));
        }
      }
      return fields;
    }

    private static Set<String> list(JsonParser in) throws IOException {
      Set<String> list = new HashSet<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        list.add(in.getValueAsString(""));
        in.skipChildren();
      }
      return list;
    }

    String text(String name) {
      return texts.getOrDefault(name, "");
    }

    long number(String name) {
      return numbers.getOrDefault(name, 0L);
    }

    Set<String> texts(String name) {
      return lists.getOrDefault(name, Set.of());
    }

    SourcePosition position(String name) {
      Fields of = objects.getOrDefault(name, new Fields());
      return new SourcePosition(
          of.text("server"),
          of.number("file"),
          of.number("offset"),
          (int) of.number("ordinal"),
          of.text("detail"));
    }
  }
}

package io.millrace.core.meta;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ColumnSelector;
import io.millrace.api.changefeed.DispatchRule;
import io.millrace.api.changefeed.EventFilter;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.event.SchemaChange;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The JSON of records of every type, by what their components are. */
final class AnyRecords {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(plainValues())
          .withConfigOverride(
              List.class,
              list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .withConfigOverride(
              Map.class, map -> map.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .addMixIn(DispatchRule.class, LeavesEmptyOut.class)
          .addMixIn(SinkConfig.class, WithSelectors.class)
          .addMixIn(ChangefeedSpec.class, WithEventFilters.class)
          .addMixIn(PositionRecord.class, WithHeld.class)
          .addMixIn(SchemaChange.class, WithSettings.class)
          .build();

  /** How a text of the present version begins; one with its keys in another order is as good. */
  private static final String BEGIN = "{\"" + StoredJson.VERSION_FIELD + "\":" + StoredJson.VERSION;

  private AnyRecords() {}

  /** Returns the text of a record. */
  static String write(Object record) throws JsonProcessingException {
    String fields = MAPPER.writeValueAsString(record).substring(1);
    return fields.equals("}") ? BEGIN + fields : BEGIN + "," + fields;
  }

  /** Returns the record of a text. */
  static <T> T read(String key, String text, Class<T> type) throws JsonProcessingException {
    if (text.startsWith(BEGIN + ",")) {
      return MAPPER.readValue(text, type);
    }
    JsonNode node = MAPPER.readTree(text);
    StoredJson.checkVersion(key, node.path(StoredJson.VERSION_FIELD).asInt());
    return MAPPER.treeToValue(node, type);
  }

  private static SimpleModule plainValues() {
    SimpleModule module = new SimpleModule();
    text(module, Tso.class, Tso::toString, Tso::parse);
    text(module, ChangefeedId.class, ChangefeedId::value, ChangefeedId::new);
    text(module, CaptureId.class, CaptureId::value, CaptureId::new);
    text(module, TableId.class, TableId::toString, s -> new TableId(Long.parseLong(s)));
    text(module, Instant.class, Instant::toString, Instant::parse);
    module.addSerializer(Optional.class, new OptionalWriter());
    module.addDeserializer(Optional.class, new OptionalReader(null));
    module.addKeySerializer(TableId.class, new KeyWriter());
    module.addKeyDeserializer(
        TableId.class,
        new KeyDeserializer() {
          @Override
          public Object deserializeKey(String key, DeserializationContext context) {
            return new TableId(Long.parseLong(key));
          }
        });
    return module;
  }

  private static <T> void text(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(
        type,
        new JsonSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeString(write.apply(value));
          }
        });
    module.addDeserializer(
        type,
        new JsonDeserializer<T>() {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return read.apply(in.getText());
          }
        });
  }

  /** For records most of whose components are mostly empty. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private interface LeavesEmptyOut {}

  /** As {@link LeavesEmptyOut}, for one component. */
  interface WithSelectors {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<ColumnSelector> columnSelectors();
  }

  /** As {@link LeavesEmptyOut}, for one component. */
  interface WithEventFilters {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<EventFilter> eventFilters();
  }

  /** As {@link LeavesEmptyOut}, for one component. */
  interface WithHeld {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<PositionRecord.Held> held();
  }

  /** As {@link LeavesEmptyOut}, for four components. */
  interface WithSettings {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> sqlMode();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Instant> ranAt();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<String> timeZone();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, String> collations();
  }

  /** Writes an optional as its value or null. */
  @SuppressWarnings("rawtypes")
  private static final class OptionalWriter extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        provider.defaultSerializeValue(value.get(), out);
      } else {
        out.writeNull();
      }
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Optional value) {
      return value.isEmpty();
    }
  }

  /** Reads a value or null as an optional. */
  @SuppressWarnings("rawtypes")
  private static final class OptionalReader extends JsonDeserializer<Optional>
      implements ContextualDeserializer {
    private final @Nullable JavaType content;

    OptionalReader(@Nullable JavaType content) {
      this.content = content;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      JavaType type =
          context.getContextualType() != null
              ? context.getContextualType()
              : property == null ? null : property.getType();
      return new OptionalReader(type == null ? null : type.containedTypeOrUnknown(0));
    }

    @Override
    public Optional deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (content == null) {
        throw new IllegalStateException("an optional of unknown content");
      }
      return Optional.of(context.readValue(in, content));
    }

    @Override
    public Optional getNullValue(DeserializationContext context) {
      return Optional.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Optional.empty();
    }
  }

  private static final class KeyWriter extends JsonSerializer<TableId> {
    @Override
    public void serialize(TableId value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeFieldName(value.toString());
    }
  }
}

package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.transport.jdkhttp.route.Response;
import java.io.IOException;

/**
 * JSON texts of the wire: how answers are written and how bodies become trees (API v1, 1.0.2 and
 * 1.0.4).
 */
final class Json {
  private static final int DEPTH = 200;
  private static final int NUMBER_LENGTH = 1000;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxNumberLength(NUMBER_LENGTH)
                          .build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new SimpleModule().addSerializer(Tso.class, new TsoSerializer()))
          .build();

  private static final ObjectReader READER = MAPPER.reader();
  private static final ObjectWriter WRITER = MAPPER.writer(Layout.printer());
  private static final ObjectWriter OLD_WRITER = MAPPER.writer(Layout.oldPrinter());

  private Json() {}

  static Response response(int status, Object value) {
    return Response.json(status, write(value));
  }

  /** Returns the answer of a path without a version. */
  static Response oldResponse(Object value) {
    return Response.json(200, write(OLD_WRITER, value));
  }

  static String write(Object value) {
    return write(WRITER, value);
  }

  private static String write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no wire form: " + value.getClass(), e);
    }
  }

  /**
   * Returns the first JSON value of a body.
   *
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} if there is none, or it is
   *     broken or nested too deeply; the message says where
   */
  static JsonNode read(String body) {
    try {
      JsonNode node = READER.readTree(body);
      if (node.isMissingNode()) {
        throw invalid("EOF: the body is empty, wanted is a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "invalid api parameter: " + e.getOriginalMessage() + where,
          e);
    }
  }

  static CdcException invalid(String reason) {
    return new CdcException(
        StandardErrorCode.API_INVALID_PARAM, "invalid api parameter: " + reason);
  }

  /** Writes all 64 bits as one unsigned number. */
  private static final class TsoSerializer extends StdSerializer<Tso> {
    private static final long serialVersionUID = 1L;

    TsoSerializer() {
      super(Tso.class);
    }

    @Override
    public void serialize(Tso value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toString());
    }
  }
}

package io.millrace.core.codec.maxwell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.Vectors;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Maxwell against what TiCDC writes. */
final class MaxwellVectorsTest {
  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.tests("codec/maxwell.json", MaxwellVectorsTest::check);
  }

  private static void check(JsonNode each) {
    List<Encoded> messages = Encoded.of(new MaxwellEncoderProvider(), each);
    assertThat(messages).hasSize(each.get("expect").size());
    for (int i = 0; i < messages.size(); i++) {
      JsonNode expected = each.get("expect").get(i);
      assertThat(messages.get(i).text()).isEqualTo(expected.get("value_text").asText());
      assertThat(messages.get(i).keyHex()).isEqualTo(expected.get("key_hex").asText());
    }
  }
}

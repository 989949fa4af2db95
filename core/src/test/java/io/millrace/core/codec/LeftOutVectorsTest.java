package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The cases that no test takes; {@code left-out.txt} beside them gives the reason of each. */
final class LeftOutVectorsTest {
  private static final List<String> FILES =
      List.of(
          "avro",
          "canal",
          "canal-json",
          "config",
          "csv",
          "debezium",
          "maxwell",
          "open-protocol",
          "simple",
          "types");

  @Test
  void everyOneOfThemExistsAndHasAReason() {
    Map<String, String> leftOut = Vectors.leftOut("codec");
    Set<String> all = new HashSet<>();
    for (String file : FILES) {
      for (JsonNode each : Vectors.cases(file + ".json")) {
        assertThat(all.add(each.get("id").asText())).isTrue();
      }
    }
    assertThat(all).hasSize(740).containsAll(leftOut.keySet());
    assertThat(leftOut).hasSize(140);
    assertThat(leftOut.values()).allMatch(reason -> !reason.isBlank());
  }
}

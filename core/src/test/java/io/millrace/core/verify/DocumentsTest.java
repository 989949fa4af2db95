package io.millrace.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = ';',
      nullValues = "NULL",
      value = {
        "true; NULL; NULL",
        "false; NULL; null",
        "false; {}; NULL",
        "true; {\"a\":1,\"b\":[1,2]}; { \"b\": [1, 2], \"a\": 1 }",
        "false; {\"a\":1}; {\"a\":2}",
        "false; {\"a\":1}; {\"b\":1}",
        "false; {\"a\":null}; {}",
        "false; [1,2]; [2,1]",
        "false; [1]; [1,1]",
        "false; \"1\"; 1",
        "true; \"\\u00e4\"; \"ä\"",
        "true; 1.50; 1.5",
        "true; 99999999999999999999; 1e20",
        "true; 1.2345678901234567e19; 1.2345678901234565e19",
        "true; 0.1; 0.10000000000000001",
        "false; 0.1; 0.1000001",
        "false; 9007199254740993; 9007199254740992",
        "false; 18446744073709551615; 18446744073709551614",
        "true; not json; not json",
        "false; not json; {}"
      })
  void documentsAreComparedByWhatTheySay(boolean equal, String one, String other) {
    assertThat(Documents.areEqual(one, other)).isEqualTo(equal);
  }
}

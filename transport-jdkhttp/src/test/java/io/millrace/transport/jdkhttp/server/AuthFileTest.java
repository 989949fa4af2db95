package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthFileTest {
  private static final Secrets SECRETS = new Secrets(Map.of("T", "canary"));

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("auth"), text);
  }

  @Test
  void readsTokensUsersAndReferences() throws IOException {
    Path file = file("# who\n\n read token abc\nadmin\ttoken secret://env/T\noperate user a b\n");
    assertThatCode(() -> AuthFile.read(file, SECRETS)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "read token canary x, line 1: wanted is ROLE",
    "read canary, line 1: wanted is ROLE",
    "root token canary, line 1: a role is read",
    "'# c\nread token secret://env/MISSING', line 2: secret://env/MISSING: the variable MISSING",
    "read token secret://vault/canary, reference of an unknown kind",
    "read user a:b canary, colon",
    "'# nobody', names no one",
  })
  void saysWhatIsWrong(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> AuthFile.read(file, SECRETS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("canary");
  }

  @Test
  void saysThatTheFileIsMissing() {
    Path missing = directory.resolve("none");
    assertThatThrownBy(() -> AuthFile.read(missing, SECRETS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(missing.toString());
  }
}

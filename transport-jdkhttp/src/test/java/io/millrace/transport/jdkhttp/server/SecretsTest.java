package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ConnectorUri;
import io.millrace.api.Secret;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String ODD = "p@ss:/w%rd +?#\u00e9";
  private final Secrets secrets = new Secrets(Map.of("DB_PASSWORD", ODD));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://root:secret://env/DB_PASSWORD@h:3306/?x=a@b",
        "mysql://root:secret%3A%2F%2Fenv%2FDB_PASSWORD@h:3306/?x=a@b",
      })
  void takesThePasswordFromTheEnvironment(String uri) {
    ConnectorUri resolved =
        ConnectorUri.parse(secrets.resolve(uri), StandardErrorCode.SOURCE_URI_INVALID);
    assertThat(resolved.user()).contains("root");
    assertThat(resolved.password()).contains(Secret.of(ODD));
    assertThat(resolved.hosts()).containsExactly("h:3306");
    assertThat(resolved.param("x")).contains("a@b");
    assertThat(Secrets.isExposedIn(uri)).isFalse();
  }

  @Test
  void takesThePasswordFromAFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("password"), ODD + "\nmore\n");
    String uri = secrets.resolve("mysql://root:secret://file/" + file + "@h");
    assertThat(ConnectorUri.parse(uri, StandardErrorCode.SOURCE_URI_INVALID).password())
        .contains(Secret.of(ODD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "datagen:?rate=1",
        "mysql://h:3306",
        "mysql://root@h:3306/x:y@z",
        "mysql://root:@h",
        "mysql://h:3306/?password=a@b:c",
        "nonsense",
        "://",
      })
  void leavesOthersAsTheyAre(String uri) {
    assertThat(secrets.resolve(uri)).isEqualTo(uri);
    assertThat(Secrets.isExposedIn(uri)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://root:pw@h", "mysql://root:p%@h:1/x", "mysql://a:b@c@h"})
  void seesPasswords(String uri) {
    assertThat(Secrets.isExposedIn(uri)).isTrue();
    assertThat(secrets.resolve(uri)).isEqualTo(uri);
  }

  @Test
  void namesWhatIsMissing() {
    assertThatThrownBy(() -> secrets.resolve("mysql://u:secret://env/NOPE@h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NOPE is not set");
    assertThatThrownBy(() -> secrets.resolve("mysql://u:secret://file//no/such/file@h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/no/such/file");
    assertThatThrownBy(() -> secrets.resolve("mysql://u:secret://vault/x@h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret://env/NAME");
  }
}

package io.millrace.transport.jdkhttp.server;

import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.jdkhttp.LiveServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose auth file changes. */
class AuthStoreTest {
  @TempDir private Path directory;
  private Path file;
  private LiveServer server;

  @BeforeEach
  void start() throws IOException {
    file = Files.writeString(directory.resolve("users"), "read token old\n");
    AuthStore store = new AuthStore(file, new Secrets(Map.of("TOKEN", "new")));
    server = LiveServer.start(http -> http.credentials(store));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> as(String token) {
    return server.send("GET", "/api/v1/captures", "", "Authorization", "Bearer " + token);
  }

  private void write(String text) throws IOException {
    Path fresh = Files.writeString(directory.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void followsItsFile() throws IOException {
    assertThat(as("old").statusCode()).isEqualTo(200);
    assertError(as("new"), 401, "ErrUnauthorized", "unauthorized");
    write("read token secret://env/TOKEN\n");
    assertThat(as("new").statusCode()).isEqualTo(200);
    assertError(as("old"), 401, "ErrUnauthorized", "unauthorized");
  }

  @Test
  void aRoleThatIsTakenAwayIsGone() throws IOException {
    write("operate token new\n");
    String[] bearer = {"Authorization", "Bearer new"};
    assertThat(server.send("POST", "/api/v1/owner/resign", "", bearer).statusCode()).isEqualTo(202);
    write("read token new\n");
    assertError(
        server.send("POST", "/api/v1/owner/resign", "", bearer),
        403,
        "ErrPermissionDenied",
        "the call needs the role operate");
  }

  @Test
  void keepsTheFormerCredentialsWhileTheFileIsOfNoUse() throws IOException {
    write("read token\n");
    assertThat(as("old").statusCode()).isEqualTo(200);
    Files.delete(file);
    assertThat(as("old").statusCode()).isEqualTo(200);
    write("read token new\n");
    assertThat(as("new").statusCode()).isEqualTo(200);
    assertThat(as("old").statusCode()).isEqualTo(401);
  }
}

package io.millrace.transport.jdkhttp.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.transport.jdkhttp.JdkHttpTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS as the transport speaks it. Where a request gets through, the answer is 503: no service. */
@Timeout(60)
class TlsTest {
  private static final String[] FILES = {
    "ca.pem",
    "other-ca.pem",
    "rsa.pem",
    "rsa.key",
    "rsa-pkcs1.key",
    "rsa-encrypted.key",
    "ec.pem",
    "ec.key",
    "ec-sec1.key",
    "client.pem",
    "client.key",
    "stranger.pem",
    "stranger.key"
  };

  @TempDir private Path directory;

  @BeforeEach
  void copyFiles() throws IOException {
    for (String each : FILES) {
      try (InputStream in = TlsTest.class.getResourceAsStream(each)) {
        Files.copy(in, file(each));
      }
    }
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private JdkHttpTransport serve(String cert, String key) {
    return serve(new TlsFiles(file(cert), file(key), Optional.empty(), Set.of()));
  }

  private JdkHttpTransport serveClients(String... allowedNames) {
    return serve(
        new TlsFiles(
            file("rsa.pem"), file("rsa.key"), Optional.of(file("ca.pem")), Set.of(allowedNames)));
  }

  private static JdkHttpTransport serve(TlsFiles files) {
    return JdkHttpTransport.builder().port(0).tls(files).bind();
  }

  /** Returns what a client sees that has a certificate, or none where the name is empty. */
  private HttpResponse<String> ask(JdkHttpTransport http, String client)
      throws IOException, GeneralSecurityException, InterruptedException {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    authorities.setCertificateEntry("ca", Pem.certificates(file("ca.pem")).get(0));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authorities);
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (!client.isEmpty()) {
      own.setKeyEntry(
          "own",
          Pem.privateKey(file(client + ".key")),
          new char[0],
          Pem.certificates(file(client + ".pem")).toArray(X509Certificate[]::new));
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(own, new char[0]);
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder()
        .sslContext(context)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://" + http.hostAndPort() + "/api/v1/status"))
                .timeout(Duration.ofSeconds(20))
                .build(),
            BodyHandlers.ofString());
  }

  private static String algorithm(HttpResponse<String> answer) throws IOException {
    SSLSession session = answer.sslSession().orElseThrow();
    assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
    return session.getPeerCertificates()[0].getPublicKey().getAlgorithm();
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.pem, rsa.key, RSA",
    "rsa.pem, rsa-pkcs1.key, RSA",
    "ec.pem, ec.key, EC",
    "ec.pem, ec-sec1.key, EC",
  })
  void readsKeysOfEveryForm(String cert, String key, String algorithm) throws Exception {
    try (JdkHttpTransport http = serve(cert, key)) {
      HttpResponse<String> answer = ask(http, "");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(algorithm(answer)).isEqualTo(algorithm);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "client", "client.example", "other,client"})
  void letsClientsInOfAnAllowedName(String names) throws Exception {
    try (JdkHttpTransport http =
        serveClients(names.isEmpty() ? new String[0] : names.split(",", -1))) {
      assertThat(ask(http, "client").statusCode()).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "stranger, ''", "stranger, client", "client, server", "client, CLIENT"})
  void refusesOthers(String client, String name) {
    try (JdkHttpTransport http = serveClients(name.isEmpty() ? new String[0] : name.split(","))) {
      assertThatThrownBy(() -> ask(http, client)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesPlainHttp() throws IOException {
    try (JdkHttpTransport http = serve("rsa.pem", "rsa.key");
        Socket socket = connect(http)) {
      socket.getOutputStream().write("GET /ready HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .doesNotContain("HTTP/1.1");
    }
  }

  private static Socket connect(JdkHttpTransport http) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), http.address().getPort());
  }

  @Test
  void readsItsFilesAnewWhenTheyChange() throws Exception {
    try (JdkHttpTransport http = serve("rsa.pem", "rsa.key")) {
      assertThat(algorithm(ask(http, ""))).isEqualTo("RSA");
      replace("rsa.pem", "ec.pem");
      // half of a change: the key does not fit yet
      assertThat(algorithm(ask(http, ""))).isEqualTo("RSA");
      replace("rsa.key", "ec-sec1.key");
      assertThat(algorithm(ask(http, ""))).isEqualTo("EC");
      Files.delete(file("rsa.key"));
      assertThat(algorithm(ask(http, ""))).isEqualTo("EC");
    }
  }

  @Test
  void followsTheAuthoritiesOfClients() throws Exception {
    Path clients = Files.copy(file("ca.pem"), file("clients.pem"));
    TlsFiles files = new TlsFiles(file("rsa.pem"), file("rsa.key"), Optional.of(clients), Set.of());
    try (JdkHttpTransport http = serve(files)) {
      assertThat(ask(http, "client").statusCode()).isEqualTo(503);
      replace("clients.pem", "other-ca.pem");
      assertThatThrownBy(() -> ask(http, "client")).isInstanceOf(IOException.class);
      assertThat(ask(http, "stranger").statusCode()).isEqualTo(503);
    }
  }

  private void replace(String name, String by) throws IOException {
    Files.copy(file(by), file(name), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void freesTheThreadsOfStalledHandshakes() throws Exception {
    TlsFiles files = new TlsFiles(file("ec.pem"), file("ec.key"), Optional.empty(), Set.of());
    try (JdkHttpTransport http =
            JdkHttpTransport.builder()
                .port(0)
                .tls(files)
                .clients(2)
                .deadline(Duration.ofMillis(300))
                .bind();
        Socket first = connect(http);
        Socket second = connect(http)) {
      first.getOutputStream().write(22);
      second.getOutputStream().write(22);
      assertEnds(first);
      assertEnds(second);
      assertThat(ask(http, "").statusCode()).isEqualTo(503);
    }
  }

  private static void assertEnds(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.pem, ec.key, its key is not that of the first certificate",
    "ec.pem, rsa.key, its key is not that of the first certificate",
    "client.pem, rsa.key, its key is not that of the first certificate",
    "rsa.pem, rsa-encrypted.key, its key is encrypted; decrypt it with",
    "rsa.pem, none, NoSuchFile",
    "rsa.pem, rsa.pem, no private key in PEM",
    "rsa.key, rsa.key, no certificate in PEM",
    "broken, rsa.key, cannot use the TLS certificate file",
    "rsa.pem, broken, cannot use the TLS key file",
  })
  void saysWhichFileIsOfNoUse(String cert, String key, String message) throws IOException {
    Files.writeString(
        file("broken"),
        """
        -----BEGIN CERTIFICATE-----
        AAAA
        -----END CERTIFICATE-----
        -----BEGIN EC PRIVATE KEY-----
        MAMCAQE=
        -----END EC PRIVATE KEY-----
        """);
    assertThatThrownBy(() -> serve(cert, key))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(directory.toString());
  }
}

package io.millrace.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test, whose keys are made by the JDK's keytool. */
public final class Authority {
  private static final String PASSWORD = "changeit";
  private static final String CA = "test-authority";

  private final Path directory;
  private final Path keys;

  /** Creates an authority that keeps its files in an empty directory. */
  public Authority(Path directory) {
    this.directory = directory;
    keys = directory.resolve("keys.p12");
    generate(CA, "bc:c");
    write(CA);
  }

  /** Returns its certificate. */
  public Path certificate() {
    return directory.resolve(CA + ".pem");
  }

  /** Issues a certificate of 127.0.0.1 with a common name: {@code <name>.pem} and its key. */
  public void issue(String name) {
    generate(name, "san=ip:127.0.0.1", "-signer", CA);
    write(name);
  }

  private void generate(String name, String extension, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-keystore",
                keys.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    command.addAll(List.of(more));
    try {
      Path log = directory.resolve("keytool.log");
      Process keytool =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(keytool.exitValue()).as(Files.readString(log)).isZero();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private void write(String name) {
    try {
      KeyStore store = load();
      Certificate certificate = store.getCertificate(name);
      writePem(name + ".pem", "CERTIFICATE", certificate.getEncoded());
      byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
      writePem(name + ".key", "PRIVATE KEY", key);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writePem(String file, String what, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what));
  }

  /** Returns the TLS of a client that has a certificate, or none where the name is empty. */
  public SSLContext client(String name) {
    return client(name, this);
  }

  /** Returns such a client's, which trusts servers of another authority. */
  public SSLContext client(String name, Authority servers) {
    try {
      KeyStore all = load();
      KeyStore trusted = empty();
      trusted.setCertificateEntry(CA, servers.load().getCertificate(CA));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      KeyStore own = empty();
      if (!name.isEmpty()) {
        own.setKeyEntry(
            name,
            all.getKey(name, PASSWORD.toCharArray()),
            new char[0],
            all.getCertificateChain(name));
      }
      KeyManagerFactory identity = KeyManagerFactory.getInstance("SunX509");
      identity.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}

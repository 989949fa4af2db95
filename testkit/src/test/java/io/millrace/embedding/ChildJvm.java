package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs that embed Millrace, each in a JVM of its own, and what they are run with. */
public final class ChildJvm {
  private static final long LIMIT_SECONDS = 120;
  private static final Path JVMS = Path.of("/usr/lib/jvm");

  /** The home of the JDK that runs the tests. */
  public static final Path THIS = Path.of(System.getProperty("java.home"));

  /**
   * How a child ended.
   *
   * @param output both of its streams
   */
  public record End(int code, String output) {}

  private ChildJvm() {}

  /** Returns the jars that a peer module has collected, by name. */
  static List<Path> jars(String peer) {
    return jarsIn(Path.of(System.getProperty("millrace.peers"), peer, "target", "lib"));
  }

  /** Returns the connectors' jars that lie beside the standalone server. */
  static List<Path> connectors(String... names) {
    List<String> wanted = List.of(names);
    return jarsIn(Path.of(System.getProperty("millrace.server.lib"))).stream()
        .filter(jar -> wanted.contains(jar.getFileName().toString().replace(".jar", "")))
        .toList();
  }

  private static List<Path> jarsIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .map(Path::toAbsolutePath)
              .sorted(Comparator.comparing(Path::getFileName))
              .toList();
      assertThat(jars).as("jars in %s, which mvn verify collects", directory).isNotEmpty();
      return jars;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns where the classes of this module's tests lie; children use few of them. */
  static Path testClasses() {
    return Path.of("target", "test-classes").toAbsolutePath();
  }

  /** Returns the class path of the tests that run. */
  public static String ownClassPath() {
    return path(
        Stream.of(System.getProperty("java.class.path").split(":", -1))
            .map(each -> Path.of(each).toAbsolutePath())
            .toList());
  }

  /** Returns a class path, or module path. */
  static String path(List<Path> first, Path... more) {
    List<String> all = new ArrayList<>();
    first.forEach(each -> all.add(each.toString()));
    Stream.of(more).forEach(each -> all.add(each.toString()));
    return String.join(":", all);
  }

  /** Compiles a directory of sources below {@code src/test/peers}. */
  static Path compile(String peer, Path into, String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("-d", into.toString(), "--release", "17"));
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "peers", peer))) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, arguments.toArray(String[]::new));
    assertThat(code).as("javac: %s", said).isZero();
    return into;
  }

  /**
   * Returns the home of a JDK. A machine that has none of that release skips the test, and says so.
   */
  static Path jdk(int release) {
    if (Runtime.version().feature() == release) {
      return THIS;
    }
    Optional<Path> found = find(release);
    return found.orElseGet(
        () -> Assumptions.abort("not run on JDK " + release + ": there is none in " + JVMS));
  }

  private static Optional<Path> find(int release) {
    if (!Files.isDirectory(JVMS)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(JVMS)) {
      return homes.filter(home -> isOf(home, release)).sorted().findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOf(Path home, int release) {
    Path facts = home.resolve("release");
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.isRegularFile(facts)
          && Files.readString(facts).contains("JAVA_VERSION=\"" + release);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code java} to its end. */
  public static End run(Path home, Path directory, String... arguments) {
    List<String> line = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx256m"));
    line.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile(directory, "child", ".log");
      Process process =
          new ProcessBuilder(line)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        process.getOutputStream().close();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as("the child does not end: %s", said).isTrue();
        return new End(process.exitValue(), said);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}

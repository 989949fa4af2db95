package io.millrace.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn -Prelease verify} has put into the staging repository. */
@EnabledIfSystemProperty(
    named = "millrace.staging",
    matches = ".+",
    disabledReason = "only mvn -Prelease verify makes what is tested here")
class ReleaseIT {
  private static final long LIMIT_SECONDS = 300;
  private static final Pattern DEPENDENCY =
      Pattern.compile("```xml\\n(<dependency>.*?</dependency>\\n)```", Pattern.DOTALL);
  private static final Pattern EMBEDDED =
      Pattern.compile("## Embed it.*?```java\\n(.*?)```", Pattern.DOTALL);

  private final Path staging = Path.of(System.getProperty("millrace.staging", ""));
  private final String version = System.getProperty("millrace.version", "");

  @TempDir private Path work;

  private List<String> staged(String module) throws IOException {
    Path directory = staging.resolve("io/millrace").resolve(module).resolve(version);
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".md5") && !name.endsWith(".sha1"))
          .map(name -> name.replaceFirst("^.*?(?=(-sources|-javadoc|-cyclonedx|)\\.[a-z])", ""))
          .toList();
    }
  }

  @Test
  void eachModuleHasSourcesDocumentsAndABillOfMaterials() throws IOException {
    for (String module :
        List.of(
            "millrace-api", "millrace-core", "millrace-transport-jdkhttp", "millrace-testkit")) {
      assertThat(staged(module))
          .as(module)
          .contains(".jar", ".pom", "-sources.jar", "-javadoc.jar", "-cyclonedx.json");
    }
    assertThat(staged("millrace-transport-jdkhttp")).contains(".tar.gz");
    try (Stream<Path> modules = Files.list(staging.resolve("io/millrace"))) {
      assertThat(modules.map(each -> each.getFileName().toString()))
          .noneMatch(name -> name.contains("peer"));
    }
  }

  @Test
  void theCoordinatesOfTheReadmeResolveAndItsProgramRuns() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    List<String> dependencies =
        DEPENDENCY.matcher(readme).results().map(match -> match.group(1)).toList();
    assertThat(dependencies).hasSize(2).allMatch(each -> each.contains(version));
    MatchResult block = EMBEDDED.matcher(readme).results().findFirst().orElseThrow();
    Path source = work.resolve("src/main/java/Embedding.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        """
        import io.millrace.api.*;
        import io.millrace.api.changefeed.*;
        import io.millrace.core.*;
        import java.time.Duration;
        import java.util.*;
        import java.util.concurrent.*;

        public class Embedding {
          public static void main(String[] arguments) {
            String data = arguments[0];
            Set<String> seen = ConcurrentHashMap.newKeySet();
            %s
            System.out.println("the program of the README has run");
          }
        }
        """
            .formatted(block.group(1)));
    Files.writeString(work.resolve("pom.xml"), pom(String.join("", dependencies)));
    String said =
        run(
            List.of(
                Path.of(System.getProperty("millrace.maven.home"), "bin", "mvn").toString(),
                "-B",
                "-q",
                "-o",
                "-Daether.offline.protocols=file",
                "-Dmaven.repo.local=" + work.resolve("repository"),
                "package"));
    String classPath = work.resolve("target/classes") + ":" + work.resolve("target/lib") + "/*";
    try (Stream<Path> jars = Files.list(work.resolve("target/lib"))) {
      assertThat(jars.map(each -> each.getFileName().toString()))
          .as(said)
          .anyMatch(name -> name.startsWith("millrace-core-"))
          .noneMatch(name -> name.startsWith("millrace-testkit-"));
    }
    assertThat(
            run(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    classPath,
                    "Embedding",
                    work.resolve("data").toString())))
        .contains("the program of the README has run");
  }

  private String pom(String dependencies) {
    String known = "file://" + System.getProperty("millrace.maven.repository");
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>throwaway</groupId>
          <artifactId>throwaway</artifactId>
          <version>1</version>
          <repositories>
            <repository><id>central</id><url>%1$s</url></repository>
            <repository>
              <id>staging</id><url>file://%2$s</url><snapshots><enabled>true</enabled></snapshots>
            </repository>
          </repositories>
          <pluginRepositories>
            <pluginRepository><id>central</id><url>%1$s</url></pluginRepository>
          </pluginRepositories>
          <dependencies>
        %3$s
          </dependencies>
          <build><plugins>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId>
              <version>3.16.0</version><configuration><release>17</release></configuration>
            </plugin>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId><artifactId>maven-resources-plugin</artifactId>
              <version>3.5.0</version>
            </plugin>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId><artifactId>maven-surefire-plugin</artifactId>
              <version>3.6.1</version><configuration><skip>true</skip></configuration>
            </plugin>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId><artifactId>maven-jar-plugin</artifactId>
              <version>3.5.1</version>
            </plugin>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>
              <version>3.11.0</version>
              <executions><execution>
                <phase>package</phase><goals><goal>copy-dependencies</goal></goals>
                <configuration>
                  <includeScope>runtime</includeScope>
                  <outputDirectory>${project.build.directory}/lib</outputDirectory>
                </configuration>
              </execution></executions>
            </plugin>
          </plugins></build>
        </project>
        """
        .formatted(known, staging, dependencies);
  }

  @Test
  void theServerRunsFromItsArchive() throws Exception {
    Path archive =
        Path.of(System.getProperty("millrace.server.jar"))
            .resolveSibling("millrace-server-" + version + ".tar.gz");
    run(List.of("tar", "xzf", archive.toAbsolutePath().toString()));
    Path home = work.resolve("millrace-server-" + version);
    for (String file :
        List.of("LICENSE", "README.md", "conf/millrace.env", "systemd/millrace.service")) {
      assertThat(home.resolve(file)).isRegularFile();
    }
    assertThat(home.resolve("lib/mariadb-java-client.jar")).isRegularFile();
    assertThat(run(List.of(home + "/bin/millrace-server", "--version"))).contains(version);
    Path link =
        Files.createSymbolicLink(work.resolve("linked"), home.resolve("bin/millrace-server"));
    Path port = work.resolve("port");
    Process server =
        new ProcessBuilder(
                link.toString(), "--demo", "--addr", "127.0.0.1:0", "--port-file", port.toString())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("server.log").toFile())
            .start();
    try {
      while (!Files.exists(port)) {
        assertThat(server.waitFor(20, TimeUnit.MILLISECONDS))
            .as(() -> "ended: " + work.resolve("server.log"))
            .isFalse();
      }
      String address = Files.readString(port).strip();
      try (InputStream in =
          URI.create("http://" + address + "/api/v1/status").toURL().openStream()) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("\"version\"", version);
      }
      server.destroy();
      assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(143);
    } finally {
      server.destroyForcibly();
    }
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile(work, "run", ".log");
    Process process =
        new ProcessBuilder(new ArrayList<>(command))
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
      String said = Files.readString(log);
      assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}

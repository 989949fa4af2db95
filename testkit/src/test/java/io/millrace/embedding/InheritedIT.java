package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a program inherits that depends on core, and what it is told of all else. */
class InheritedIT {
  /** Millrace, Guava, Jackson, Dagger, and what these bring. */
  private static final List<String> INHERITED =
      List.of(
          "millrace-api",
          "millrace-core",
          "guava",
          "failureaccess",
          "listenablefuture",
          "error_prone_annotations",
          "j2objc-annotations",
          "jspecify",
          "jackson-annotations",
          "jackson-core",
          "jackson-databind",
          "dagger",
          "jakarta.inject-api",
          "javax.inject");

  @TempDir private Path work;

  @Test
  void isWhatIsNamedHereAndNothingElse() {
    assertThat(ChildJvm.jars("embedder"))
        .map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
        .containsExactlyInAnyOrderElementsOf(INHERITED);
  }

  private ChildJvm.End guest(String upstream, String sink) {
    String path = ChildJvm.path(ChildJvm.jars("embedder"), ChildJvm.testClasses());
    return ChildJvm.run(ChildJvm.THIS, work, "-cp", path, Guest.class.getName(), upstream, sink);
  }

  @Test
  void isEnoughForAllThatNeedsNoArtifact() {
    for (String sink :
        List.of(
            "consumer://guest",
            "blackhole://",
            "file://" + work + "/out?protocol=canal-json",
            "file://" + work + "/csv?protocol=csv")) {
      assertThat(guest("datagen:?rate=50", sink).output()).as(sink).contains("caught up");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mysql://root@127.0.0.1:1/, blackhole://, source scheme 'mysql',"
        + " com.zendesk:mysql-binlog-connector-java",
    "mariadb://root@127.0.0.1:1/, blackhole://, source scheme 'mariadb',"
        + " com.zendesk:mysql-binlog-connector-java",
    "datagen:, mysql://root@127.0.0.1:1/, sink scheme 'mysql', org.mariadb.jdbc:mariadb-java-client",
    "datagen:, mariadb+ssl://root@127.0.0.1:1/, sink scheme 'mariadb+ssl',"
        + " org.mariadb.jdbc:mariadb-java-client",
    "datagen:, tidb://root@127.0.0.1:1/, sink scheme 'tidb', org.mariadb.jdbc:mariadb-java-client",
    "datagen:, kafka://127.0.0.1:1/t?protocol=canal-json, sink scheme 'kafka',"
        + " org.apache.kafka:kafka-clients",
    "datagen:, kafka+ssl://127.0.0.1:1/t?protocol=avro, sink scheme 'kafka+ssl',"
        + " org.apache.kafka:kafka-clients",
  })
  void aMissingArtifactIsNamed(String upstream, String sink, String what, String artifact) {
    assertThat(guest(upstream, sink).output())
        .contains("CDC:ErrConnectorMissing")
        .contains(what + " needs " + artifact + " on the class path");
  }
}

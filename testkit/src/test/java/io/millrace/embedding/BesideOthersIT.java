package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rig.KafkaBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In programs that have libraries of their own choice. */
class BesideOthersIT {
  @TempDir private Path work;

  @Test
  void runsAsABeanOfSpringBoot3WithItsVersions() {
    List<Path> jars = ChildJvm.jars("boot");
    assertThat(jars).anyMatch(jar -> jar.getFileName().toString().matches("spring-boot-3\\..*"));
    Path classes =
        ChildJvm.compile(
            "boot", work.resolve("classes"), "-cp", ChildJvm.path(jars), "-parameters");
    ChildJvm.End end =
        ChildJvm.run(ChildJvm.THIS, work, "-cp", ChildJvm.path(jars, classes), "guest.BootGuest");
    assertThat(end.output()).contains("feed is NORMAL").contains("threads left: 0");
    assertThat(end.output()).as("by Boot's logging").contains("io.millrace.core").contains("INFO");
    assertThat(end.code()).isZero();
  }

  @Test
  void writesToKafkaWithAnOlderClient() {
    List<Path> jars = new ArrayList<>(ChildJvm.jars("embedder"));
    jars.addAll(ChildJvm.jars("oldkafka"));
    assertThat(jars).anyMatch(jar -> jar.endsWith("kafka-clients-3.7.2.jar"));
    ChildJvm.End end =
        ChildJvm.run(
            ChildJvm.THIS,
            work,
            "-cp",
            ChildJvm.path(jars, ChildJvm.testClasses()),
            Guest.class.getName(),
            "datagen:?rate=50&tables=1",
            "kafka://" + KafkaBroker.shared().address() + "/older?protocol=canal-json");
    assertThat(end.output()).contains("caught up");
    assertThat(end.code()).isZero();
  }
}

package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On class path and module path, on the oldest and the newest Java. 21 is not run. */
class ReleasesOfJavaIT {
  @TempDir private Path work;

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void runsOnTheClassPath(int release) {
    String path = ChildJvm.path(ChildJvm.jars("embedder"), ChildJvm.testClasses());
    ChildJvm.End end =
        ChildJvm.run(
            ChildJvm.jdk(release),
            work,
            "-cp",
            path,
            Guest.class.getName(),
            "datagen:?rate=50",
            "consumer://guest");
    assertThat(end.output()).endsWith("caught up" + System.lineSeparator());
    assertThat(end.code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void runsOnTheModulePath(int release) {
    List<Path> jars = new ArrayList<>(ChildJvm.jars("embedder"));
    // an empty jar without a module's name, for tools that know no other way
    jars.removeIf(jar -> jar.getFileName().toString().startsWith("listenablefuture"));
    String path = ChildJvm.path(jars);
    Path classes =
        ChildJvm.compile(
            "modular", work.resolve("classes"), "--module-path", path, "-Xlint:-module");
    ChildJvm.End end =
        ChildJvm.run(
            ChildJvm.jdk(release),
            work,
            "--module-path",
            ChildJvm.path(jars, classes),
            "--add-modules",
            "ALL-MODULE-PATH",
            "--module",
            "shop.changes/shop.changes.Main",
            "datagen:?rate=50&tables=1");
    assertThat(end.output()).contains("mapped in module shop.changes, core is io.millrace.core");
    assertThat(end.code()).isZero();
  }
}

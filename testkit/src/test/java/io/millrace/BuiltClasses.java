package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The main classes of the modules as they were compiled, and the JDK's tools to look into them. */
final class BuiltClasses {
  private static final Pattern CLASS_NAME = Pattern.compile("  this_class: .*// *(\\S+)");
  private static final List<String> MODULES =
      List.of("api", "core", "transport-jdkhttp", "testkit");

  private BuiltClasses() {}

  /** Returns the class files of all modules; the two that everything stands on must be there. */
  static List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (String module : MODULES) {
      Path classes = Path.of("..", module, "target", "classes");
      List<Path> found = Files.isDirectory(classes) ? below(classes) : List.of();
      if (module.equals("api") || module.equals("core")) {
        assertThat(found).as("classes of " + module).hasSizeGreaterThan(3);
      }
      files.addAll(found);
    }
    return files;
  }

  /** Returns what a tool of the JDK prints about class files. */
  static List<String> run(String tool, List<String> options, List<Path> files) {
    List<String> arguments = new ArrayList<>(options);
    files.forEach(file -> arguments.add(file.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        ToolProvider.findFirst(tool)
            .orElseThrow(() -> new AssertionError("these tests need a JDK that has " + tool))
            .run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    assertThat(status).as("%s: %s", tool, err).isZero();
    return out.toString().lines().toList();
  }

  /**
   * Returns each use of a method that a pattern finds in the tables of constants, with the class
   * that has it.
   *
   * @param forbidden finds it in a line of {@code javap}, in its first group
   * @param allowed the classes that may
   * @param seen gets the names of all classes
   */
  static List<String> calls(
      List<Path> files, Pattern forbidden, Pattern allowed, List<String> seen) {
    List<String> calls = new ArrayList<>();
    String current = "";
    for (String line : run("javap", List.of("-v", "-p"), files)) {
      Matcher name = CLASS_NAME.matcher(line);
      if (name.matches()) {
        current = name.group(1);
        seen.add(current);
        continue;
      }
      Matcher call = forbidden.matcher(line);
      if (call.find() && !allowed.matcher(current).matches()) {
        calls.add(current + " -> " + call.group(1));
      }
    }
    return calls;
  }

  private static List<Path> below(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

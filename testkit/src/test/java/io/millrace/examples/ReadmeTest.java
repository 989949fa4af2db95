package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every Java block of the README is a part of an example that runs as a test. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @Test
  void showsOnlyCodeThatRuns() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
    while (block.find()) {
      blocks.add(withoutBlanks(block.group(1)));
    }
    assertThat(blocks).isNotEmpty();
    String examples;
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java", "io/millrace/examples"))) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        all.append(withoutBlanks(Files.readString(file)));
      }
      examples = all.toString();
    }
    assertThat(blocks).allSatisfy(each -> assertThat(examples).contains(each));
  }

  private static String withoutBlanks(String code) {
    return code.replaceAll("\\s+", "");
  }
}

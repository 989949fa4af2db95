package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that write files and are killed with SIGKILL at any instant. */
@Timeout(120)
final class FileSinkKillTest {
  private static final Pattern ID = Pattern.compile("\"data\":\\[\\{\"id\":\"(\\d+)\"");
  private static final int KILLS = 5;

  @TempDir private Path directory;

  @Test
  void whatWasDurableIsThereAndTheRestOnlyRepeats() throws Exception {
    long durable = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      long first = durable + 1;
      Process writer = start(first);
      try (BufferedReader lines = writer.inputReader()) {
        for (int i = 0; i < 2 + kill; i++) {
          String line = lines.readLine();
          assertThat(line).as("the writer's output").isNotNull();
          durable = Long.parseLong(line);
        }
        // By its handle: the other way closes the pipe with what is still in it.
        writer.toHandle().destroyForcibly();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          durable = line.isEmpty() ? durable : Math.max(durable, Long.parseLong(line));
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
      assertThat(durable).isGreaterThan(first);
      for (int i = 0; i < KilledWriter.TABLES; i++) {
        assertComplete(ids(directory.resolve("shop/t" + i)), durable);
      }
    }
    assertThat(writers()).as("leftovers of the last one only").hasSize(1);
  }

  private Process start(long first) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            directory.toString(),
            Long.toString(first))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Checks that ids from 1 to at least {@code durable} came in order, repeated only going back. */
  private static void assertComplete(List<Long> ids, long durable) {
    long highest = 0;
    for (long id : ids) {
      assertThat(id).as("id after %d", highest).isBetween(1L, highest + 1);
      highest = Math.max(highest, id);
    }
    assertThat(highest).isGreaterThanOrEqualTo(durable);
  }

  private static List<Long> ids(Path table) throws IOException {
    List<Long> ids = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(table)) {
      files = all.filter(file -> file.getFileName().toString().startsWith("CDC")).sorted().toList();
    }
    for (Path file : files) {
      assertThat(file.getFileName().toString()).matches("CDC\\d{20}\\.json");
      for (String line : Files.readAllLines(file)) {
        assertThat(line).startsWith("{").endsWith("}");
        Matcher id = ID.matcher(line);
        assertThat(id.find()).isTrue();
        ids.add(Long.parseLong(id.group(1)));
      }
    }
    return ids;
  }

  private List<Path> writers() throws IOException {
    try (Stream<Path> top = Files.list(directory)) {
      return top.filter(p -> p.getFileName().toString().startsWith(".")).toList();
    }
  }
}

package io.millrace.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Flink's formats in a child process, which decode messages as a table of Flink SQL would. The
 * process ends with this JVM, for its standard input then does.
 *
 * <p>Where it cannot run, the calling test is skipped, as for {@link DbServer}. <i>Threads:</i>
 * one.
 */
public final class FlinkFormats implements AutoCloseable {
  private static final String READER = "src/main/java/io/millrace/peer/flink/FormatReader.java";

  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  private FlinkFormats(Process process) {
    this.process = process;
    this.requests = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  /**
   * A decoded row.
   *
   * @param kind {@code +I}, {@code -U}, {@code +U} or {@code -D}
   * @param values the text of each column's value; empty for NULL
   */
  public record Row(String kind, List<Optional<String>> values) {}

  /** Starts the process. */
  public static FlinkFormats start() {
    Path peer = Path.of(System.getProperty("millrace.flink.peer", ""));
    Path lib = peer.resolve("target/lib");
    if (!Files.isDirectory(lib)) {
      DbServer.giveUp("no formats: there is no directory '" + lib + "'; run mvn verify");
    }
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            lib + "/*",
            peer.resolve(READER).toString());
    try {
      return new FlinkFormats(new ProcessBuilder(line).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Chooses what the messages to come are decoded with.
   *
   * @param name the format, such as {@code canal-json}
   * @param options the format's, {@code key=value} joined by commas
   * @param row the table's columns, as {@code ROW<name TYPE, ..>}
   */
  public void open(String name, String options, String row) {
    request("format\t" + name + "\t" + options + "\t" + row);
  }

  /**
   * Decodes a message.
   *
   * @return its rows; empty if the format cannot read it
   */
  public Optional<List<Row>> decode(byte[] message) {
    request("message\t" + Base64.getEncoder().encodeToString(message));
    List<Row> rows = new ArrayList<>();
    String line = answer();
    while (!line.equals("end")) {
      String[] words = line.split("\t", -1);
      if (words[0].equals("error")) {
        return Optional.empty();
      }
      if (words[0].length() != 2) {
        throw new IllegalStateException("Flink's formats failed: " + rest(line));
      }
      rows.add(new Row(words[0], Arrays.stream(words).skip(1).map(FlinkFormats::value).toList()));
      line = answer();
    }
    return Optional.of(rows);
  }

  private static Optional<String> value(String word) {
    return word.equals("-")
        ? Optional.empty()
        : Optional.of(new String(Base64.getDecoder().decode(word.substring(1)), UTF_8));
  }

  private void request(String line) {
    try {
      requests.write(line + "\n");
      requests.flush();
    } catch (IOException e) {
      throw new IllegalStateException("Flink's formats have ended: " + rest(""), e);
    }
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("Flink's formats have ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process and returns the rest of what it says. */
  private String rest(String first) {
    process.destroy();
    StringBuilder said = new StringBuilder(first);
    answers.lines().forEach(line -> said.append('\n').append(line));
    return said.toString();
  }

  /** Kills the process. Calling it again does nothing. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}

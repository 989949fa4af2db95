package io.millrace.rig;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A child process that is killed with SIGKILL when asked to, and also when this JVM dies, however
 * it dies: a shell holds the other end of a pipe and kills its child when the pipe closes.
 */
final class Watched {
  private static final String SCRIPT =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      ( read line <&3; kill -9 $child ) 2>/dev/null &
      watch=$!
      wait $child
      code=$?
      kill $watch 2>/dev/null
      exit $code
      """;

  private final Process shell;

  private Watched(Process shell) {
    this.shell = shell;
  }

  /** Starts a command in a directory; its output is appended to a file. */
  static Watched start(List<String> command, File directory, File output) {
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh"));
    line.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output));
    builder.environment().put("LC_ALL", "C");
    try {
      return new Watched(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end for a while and returns whether it came. */
  boolean endsWithin(long millis) {
    try {
      return shell.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Returns the largest resident size of the child so far, in KiB. */
  long peakResident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + child().pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      throw new IllegalStateException("the process has ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProcessHandle child() {
    return shell
        .descendants()
        .filter(process -> !process.info().command().orElse("sh").endsWith("sh"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the process has ended"));
  }

  /** Sends the child a signal, such as STOP. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(child().pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Returns the exit code of a process that has ended. */
  int exitCode() {
    return shell.exitValue();
  }

  /** Kills the process and waits until it is gone. Calling it again does nothing. */
  void kill() {
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          shell.waitFor();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package io.millrace.rig;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Multisets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this JVM holds: its threads but those that come and go by the JDK's own will, and its open
 * files and sockets.
 *
 * @param threads the names of the live threads, in order
 * @param files what the open descriptors lead to, in order; sockets without their numbers
 */
public record Leaks(List<String> threads, List<String> files) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Copies the lists. */
  public Leaks {
    threads = List.copyOf(threads);
    files = List.copyOf(files);
  }

  /** Returns what is held now. */
  public static Leaks now() {
    return new Leaks(
        Thread.getAllStackTraces().keySet().stream()
            .filter(Thread::isAlive)
            .map(Thread::getName)
            .filter(name -> !name.startsWith("ForkJoinPool.commonPool"))
            .sorted()
            .toList(),
        openFiles());
  }

  /** Returns what is held beyond what was held before; what others let go meanwhile is no loss. */
  public List<String> beyond(Leaks before) {
    Multiset<String> held = HashMultiset.create(threads);
    held.addAll(files);
    Multisets.removeOccurrences(held, before.threads);
    Multisets.removeOccurrences(held, before.files);
    return List.copyOf(held);
  }

  private static List<String> openFiles() {
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      return all.flatMap(Leaks::target).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what a descriptor leads to; nothing for that by which the list itself is read. */
  private static Stream<String> target(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.endsWith("/fd") ? Stream.empty() : Stream.of(target.replaceAll("\\[\\d+]", ""));
    } catch (NoSuchFileException closed) {
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.millrace.core.sink.file;

import io.millrace.api.Tso;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Removes data files of days that are longer ago than they are to be kept. */
final class Expiry {
  private static final System.Logger LOG = System.getLogger(Expiry.class.getName());
  private static final String VERSION = "[0-9]*";
  private static final String DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

  private final FileSinkOptions options;
  private @Nullable LocalDate last;

  Expiry(FileSinkOptions options) {
    this.options = options;
  }

  /** Removes what has expired when the checkpoint has come to another day. */
  void reached(Tso checkpoint) throws IOException {
    if (options.expirationDays() == 0) {
      return;
    }
    LocalDate today = options.dates().day(checkpoint);
    if (!today.equals(last)) {
      last = today;
      remove(today.minusDays(options.expirationDays()).toString());
    }
  }

  private void remove(String firstKept) throws IOException {
    for (Path schema : below(options.root(), "[!.]*")) {
      for (Path table : below(schema, "*")) {
        for (Path version : below(table, VERSION)) {
          for (Path day : below(version, DAY)) {
            if (day.getFileName().toString().compareTo(firstKept) < 0) {
              removeDay(day);
            }
          }
        }
      }
    }
  }

  private void removeDay(Path day) throws IOException {
    List<Path> files = below(day, "CDC*." + options.extension());
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    boolean empty = below(day, "*").isEmpty();
    if (empty) {
      Files.deleteIfExists(day);
    }
    LOG.log(
        System.Logger.Level.INFO,
        "file sink removed expired directory={0} files={1} empty={2}",
        day,
        files.size(),
        empty);
  }

  private static List<Path> below(Path directory, String names) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, names)) {
      return StreamSupport.stream(found.spliterator(), false).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }
}

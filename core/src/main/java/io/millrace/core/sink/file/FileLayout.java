package io.millrace.core.sink.file;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where things are below the sink's directory: {@code
 * <schema>/<table>/<version>/<date>/CDC<number>.json} (or {@code .csv}, or without a date), {@code
 * <schema>/<table>/meta} and {@code <schema>/meta} for what schema files say, and {@code metadata}.
 */
final class FileLayout {
  static final String METADATA = "metadata";

  private static final String META = "meta";
  private static final Pattern VERSION = Pattern.compile("\\d{1,20}");

  private final Path root;
  private final String extension;
  private final int digits;
  private final Pattern data;

  /** Directories known to be durable. */
  private final Set<Path> durable = new HashSet<>();

  /**
   * Creates a layout.
   *
   * @param extension what data files are called by, for instance {@code json}
   * @param digits how many digits their numbers have at least
   */
  FileLayout(Path root, String extension, int digits) {
    this.root = root;
    this.extension = extension;
    this.digits = digits;
    this.data = Pattern.compile("CDC0{0,2}(\\d{6,18})\\." + extension);
  }

  Path root() {
    return root;
  }

  Path metadata() {
    return root.resolve(METADATA);
  }

  Path data(Path directory, long number) {
    return directory.resolve(String.format("CDC%0" + digits + "d.%s", number, extension));
  }

  private Path table(TableName name) {
    return root.resolve(PathSegment.of(name.schema())).resolve(PathSegment.of(name.table()));
  }

  /** Returns the directory of a table's schema files. */
  Path meta(TableName name) {
    return table(name).resolve(META);
  }

  /** Returns the directory of a database's schema files. */
  Path meta(String schema) {
    return root.resolve(PathSegment.of(schema)).resolve(META);
  }

  Path version(TableName name, Tso version) {
    return table(name).resolve(version.toString());
  }

  /**
   * Returns the version a table has now: the highest that has a directory, but at least {@code
   * least}.
   *
   * <p>The herald makes the directory of a schema change before any row behind the change is
   * written, and nothing before the change is read again once it is made. So the highest version on
   * disk is that of every row that comes now, on any capture and after any restart.
   */
  Tso currentVersion(TableName name, Tso least) throws IOException {
    Tso highest = least;
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(table(name))) {
      for (Path each : versions) {
        String text = each.getFileName().toString();
        if (VERSION.matcher(text).matches()) {
          highest = Tso.max(highest, parse(text, least));
        }
      }
    } catch (NoSuchFileException e) {
      return least;
    }
    return highest;
  }

  private static Tso parse(String text, Tso otherwise) {
    try {
      return Tso.parse(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** Returns the highest number of a data file in a directory, or 0. */
  long highestNumber(Path directory) throws IOException {
    long highest = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "CDC*." + extension)) {
      for (Path each : files) {
        Matcher matcher = data.matcher(each.getFileName().toString());
        if (matcher.matches()) {
          highest = Math.max(highest, Long.parseLong(matcher.group(1)));
        }
      }
    }
    return highest;
  }

  /** Makes a directory below the root, with all above it; durable on return. */
  void create(Path directory) throws IOException {
    Path at = root;
    for (Path name : root.relativize(directory)) {
      Path parent = at;
      at = at.resolve(name);
      if (durable.contains(at)) {
        continue;
      }
      try {
        Files.createDirectory(at);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(at)) {
          throw e;
        }
      }
      // Also where it existed: whoever made it may not have got this far.
      sync(parent);
      durable.add(at);
    }
  }

  /** Makes the names in a directory durable. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

package io.millrace.transport.jdkhttp.server;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Where the metadata store is. */
final class StoreOptions {
  private final OptionSpec dataDir =
      OptionSpec.builder("--data-dir")
          .type(Path.class)
          .paramLabel("DIR")
          .defaultValue("millrace-data")
          .description("Where this node keeps its files. Default: ${DEFAULT-VALUE}.")
          .build();

  private final OptionSpec store =
      OptionSpec.builder("--store")
          .type(String.class)
          .paramLabel("URI")
          .description(
              "Where changefeeds and their progress are kept: dir: (durable, in the data"
                  + " directory; the default), dir:/path, or memory: (all is forgotten at the"
                  + " end).")
          .build();

  /** Adds them to a command. */
  void addTo(CommandSpec command) {
    command.addOption(dataDir).addOption(store);
  }

  /**
   * Returns the store's URI.
   *
   * @param made whether all is made up, and nothing kept unless asked for
   */
  String uri(boolean made) {
    String inDataDir = "dir:" + dataDir.<Path>getValue().toAbsolutePath().resolve("store");
    @Nullable String given = store.getValue();
    if (given == null) {
      return made ? "memory:" : inDataDir;
    }
    return given.equals("dir:") ? inDataDir : given;
  }

  /**
   * Returns the URI of a store that is there already.
   *
   * @throws IllegalArgumentException if it is a directory that does not exist
   */
  String existing() {
    String uri = uri(false);
    if (uri.startsWith("dir:") && !Files.isDirectory(Path.of(uri.substring("dir:".length())))) {
      throw new IllegalArgumentException(
          "there is no store at " + uri + "; name it by --data-dir or --store");
    }
    return uri;
  }
}

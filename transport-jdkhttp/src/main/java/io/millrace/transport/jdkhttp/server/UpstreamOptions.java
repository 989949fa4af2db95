package io.millrace.transport.jdkhttp.server;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the upstream's URI comes from. */
final class UpstreamOptions {
  static final String VARIABLE = "MILLRACE_UPSTREAM";

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private @Nullable Given given;

  /** The ways of giving it on the command line, one at a time. */
  static final class Given {
    @Option(
        names = "--upstream",
        paramLabel = "URI",
        description = {
          "The server whose changes are captured: mysql://user:password@host:port, mariadb://...,"
              + " or datagen:?rate=10 for made-up ones.",
          "The password may be a reference: secret://env/NAME or secret://file/PATH."
        })
    @Nullable String uri;

    @Option(
        names = "--upstream-file",
        paramLabel = "FILE",
        description = "A file whose first line is that URI.")
    @Nullable String file;
  }

  /** Returns whether the command line has one. */
  boolean isGiven() {
    return given != null;
  }

  /** Returns whether the command line itself has a password in it, which others can see. */
  boolean exposesPassword() {
    return given != null && given.uri != null && Secrets.isExposedIn(given.uri);
  }

  /**
   * Returns the URI, with its password.
   *
   * @throws IllegalArgumentException saying what is missing and how to mend it
   */
  String uri(Map<String, String> environment) {
    return new Secrets(environment).resolve(written(environment));
  }

  private String written(Map<String, String> environment) {
    if (given != null && given.uri != null) {
      return given.uri;
    }
    if (given != null && given.file != null) {
      return Secrets.firstLine(given.file);
    }
    String variable = environment.getOrDefault(VARIABLE, "").strip();
    if (variable.isEmpty()) {
      throw new IllegalArgumentException(
          "no upstream is given. Name the server to capture, for instance\n"
              + "  --upstream mysql://user:secret://env/DB_PASSWORD@127.0.0.1:3306\n"
              + "or give --upstream-file FILE, or set "
              + VARIABLE
              + "; to try it out without a server: --demo");
    }
    return variable;
  }
}

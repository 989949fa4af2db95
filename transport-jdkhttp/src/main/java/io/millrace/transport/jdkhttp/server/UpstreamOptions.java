package io.millrace.transport.jdkhttp.server;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Where the upstream's URI comes from. */
final class UpstreamOptions {
  static final String VARIABLE = "MILLRACE_UPSTREAM";

  private final OptionSpec uri =
      OptionSpec.builder("--upstream")
          .type(String.class)
          .paramLabel("URI")
          .description(
              "The server whose changes are captured: mysql://user:password@host:port,"
                  + " mariadb://..., or datagen:?rate=10 for made-up ones.",
              "The password may be a reference: secret://env/NAME or secret://file/PATH.")
          .build();

  private final OptionSpec file =
      OptionSpec.builder("--upstream-file")
          .type(String.class)
          .paramLabel("FILE")
          .description("A file whose first line is that URI.")
          .build();

  /** Returns the ways of giving it on the command line, one at a time. */
  ArgGroupSpec group() {
    return ArgGroupSpec.builder().addArg(uri).addArg(file).build();
  }

  /** Returns whether the command line has one. */
  boolean isGiven() {
    return uri.getValue() != null || file.getValue() != null;
  }

  /** Returns whether the command line itself has a password in it, which others can see. */
  boolean exposesPassword() {
    String written = uri.getValue();
    return written != null && Secrets.isExposedIn(written);
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
    @Nullable String written = uri.getValue();
    if (written != null) {
      return written;
    }
    @Nullable String named = file.getValue();
    if (named != null) {
      return Secrets.firstLine(named);
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

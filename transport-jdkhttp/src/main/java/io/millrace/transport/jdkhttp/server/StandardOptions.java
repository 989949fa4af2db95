package io.millrace.transport.jdkhttp.server;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What every command has: {@code --help} and {@code --version}. */
final class StandardOptions {
  private StandardOptions() {}

  /** Adds them to a command. */
  static void addTo(CommandSpec command) {
    command.versionProvider(new Version());
    command.addOption(
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .usageHelp(true)
            .description("Show this help message and exit.")
            .build());
    command.addOption(
        OptionSpec.builder("-V", "--version")
            .type(boolean.class)
            .versionHelp(true)
            .description("Print version information and exit.")
            .build());
  }
}

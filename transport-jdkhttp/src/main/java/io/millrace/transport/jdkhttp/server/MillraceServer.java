package io.millrace.transport.jdkhttp.server;

import io.millrace.api.CdcException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The main program: one node with API v1 on HTTP.
 *
 * <p>Exit codes: 0 for help and version, and a check that is met; 1 for a failure; 2 for a wrong
 * command line; 143 after SIGTERM and 130 after SIGINT, on which it stops cleanly within 5 s.
 */
public final class MillraceServer implements Callable<Integer> {
  private static final int HELP_WIDTH = 100;

  private final Map<String, String> environment;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
  private final ServerOptions options = new ServerOptions();

  private MillraceServer(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs the server until it is told to stop. */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new MillraceServer(environment).spec())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              String message = e instanceof CdcException cdc ? cdc.bracketed() : e.toString();
              commandLine.getErr().println("millrace-server: " + message);
              return CommandLine.ExitCode.SOFTWARE;
            })
        .setParameterExceptionHandler(
            (e, arguments) -> {
              PrintWriter err = e.getCommandLine().getErr();
              err.println("millrace-server: " + e.getMessage());
              err.println("millrace-server --help lists all options");
              return CommandLine.ExitCode.USAGE;
            });
  }

  /** Returns the command, put together without annotations: reading those slows every start. */
  private CommandSpec spec() {
    spec.name("millrace-server");
    options.addTo(spec);
    StandardOptions.addTo(spec);
    spec.addSubcommand(CheckCommand.NAME, new CommandLine(new CheckCommand(environment).spec()));
    spec.addSubcommand(ExportCommand.NAME, new CommandLine(new ExportCommand().spec()));
    spec.addSubcommand(ImportCommand.NAME, new CommandLine(new ImportCommand(environment).spec()));
    spec.usageMessage()
        .sortOptions(false)
        .width(HELP_WIDTH)
        .description(
            "Captures row changes of an upstream and delivers them to sinks, driven by the"
                + " TiCDC OpenAPI v1.")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes())
        .footerHeading("%nThe upstream and its password:%n")
        .footer(
            "The URI comes from --upstream, --upstream-file or the variable MILLRACE_UPSTREAM, the"
                + " first that is given.",
            "In place of a password it may have a reference, as it is or percent-encoded:",
            "  mysql://user:secret://env/NAME@host    the value of an environment variable",
            "  mysql://user:secret://file/PATH@host   the first line of a file",
            "An @ in a reference is written %%40. Other users of the machine can see a command"
                + " line, so a password in --upstream warns.");
    return spec;
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "help, version, or a check that is met");
    codes.put("1", "failure; the last line on stderr says which");
    codes.put("2", "the command line is wrong");
    codes.put("130, 143", "stopped by SIGINT, SIGTERM, within 5 seconds");
    return codes;
  }

  /** Returns a value, where {@link IllegalArgumentException} means a wrong command line. */
  static <T> T orUsage(CommandSpec spec, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    Logs.start(options.logLevel());
    Node.Settings settings = orUsage(spec, () -> options.settings(environment));
    if (options.exposesPassword()) {
      spec.commandLine()
          .getErr()
          .println(
              "warning: the password in --upstream can be seen by other users of this machine;"
                  + " use secret://env/NAME, secret://file/PATH or --upstream-file");
    }
    Node node = orUsage(spec, () -> Node.start(settings, spec.commandLine().getOut()));
    Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "millrace-stop"));
    new CountDownLatch(1).await();
    return CommandLine.ExitCode.OK;
  }
}

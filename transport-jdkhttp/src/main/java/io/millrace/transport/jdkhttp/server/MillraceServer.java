package io.millrace.transport.jdkhttp.server;

import io.millrace.api.CdcException;
import io.millrace.api.cluster.LogLevel;
import io.millrace.transport.jdkhttp.v1.ApiV1;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The main program: one node with API v1 on HTTP.
 *
 * <p>Exit codes: 0 for help and version, and a check that is met; 1 for a failure; 2 for a wrong
 * command line; 143 after SIGTERM and 130 after SIGINT, on which it stops cleanly within 5 s.
 */
@Command(
    name = "millrace-server",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpWidth = 100,
    description =
        "Captures row changes of an upstream and delivers them to sinks, driven by the"
            + " TiCDC OpenAPI v1.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:help, version, or a check that is met",
      "1:failure; the last line on stderr says which",
      "2:the command line is wrong",
      "130, 143:stopped by SIGINT, SIGTERM, within 5 seconds"
    },
    footerHeading = "%nThe upstream and its password:%n",
    footer = {
      "The URI comes from --upstream, --upstream-file or the variable MILLRACE_UPSTREAM, the first"
          + " that is given.",
      "In place of a password it may have a reference, as it is or percent-encoded:",
      "  mysql://user:secret://env/NAME@host    the value of an environment variable",
      "  mysql://user:secret://file/PATH@host   the first line of a file",
      "An @ in a reference is written %%40. Other users of the machine can see a command line, so a"
          + " password in --upstream warns."
    })
public final class MillraceServer implements Callable<Integer> {
  private static final String DEFAULT_ADDRESS = "127.0.0.1:8300";

  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--addr",
      paramLabel = "HOST:PORT",
      defaultValue = DEFAULT_ADDRESS,
      description = "Where to listen; port 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private String address = DEFAULT_ADDRESS;

  @Option(
      names = "--advertise-addr",
      paramLabel = "HOST:PORT",
      description = "How clients and other nodes reach this one. Default: where it listens.")
  private @Nullable String advertised;

  @Mixin private UpstreamOptions upstream = new UpstreamOptions();

  @Option(
      names = "--demo",
      description = "A made-up upstream, all in memory, whose changes are printed.")
  private boolean demo;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "millrace-data",
      description = "Where this node keeps its files. Default: ${DEFAULT-VALUE}.")
  private Path dataDir = Path.of("millrace-data");

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "Where changefeeds and their progress are kept: dir: (durable, in the data"
              + " directory; the default), dir:/path, or memory: (all is forgotten at the end).")
  private @Nullable String store;

  @Option(
      names = "--cert-dir",
      paramLabel = "DIR",
      description = "Where certificates that URIs name must lie.")
  private @Nullable Path certDir;

  @Option(
      names = "--tz",
      paramLabel = "ZONE",
      description =
          "The time zone in which times are shown and TIMESTAMP values rendered, such as"
              + " Asia/Shanghai. Default: the system's.")
  private ZoneId zone = ZoneId.systemDefault();

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description =
          "debug, info, warn or error; the log goes to stderr. Default: ${DEFAULT-VALUE}.")
  private LogLevel logLevel = LogLevel.INFO;

  @Option(
      names = "--port-file",
      paramLabel = "FILE",
      description = "A file that gets the bound host:port once the server answers.")
  private @Nullable Path portFile;

  private MillraceServer(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs the server until it is told to stop. */
  public static void main(String[] arguments) {
    // of all classes those for JSON take longest to load: let them do so beside the command line
    Thread loading = new Thread(ApiV1::notReady, "millrace-load");
    loading.setDaemon(true);
    loading.start();
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new MillraceServer(environment))
        .addSubcommand(new CheckCommand(environment))
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
    Logs.start(logLevel);
    Node.Settings settings = orUsage(spec, this::settings);
    if (upstream.exposesPassword()) {
      spec.commandLine()
          .getErr()
          .println(
              "warning: the password in --upstream can be seen by other users of this machine;"
                  + " use secret://env/NAME, secret://file/PATH or --upstream-file");
    }
    Node node = Node.start(settings, spec.commandLine().getOut());
    Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "millrace-stop"));
    new CountDownLatch(1).await();
    return CommandLine.ExitCode.OK;
  }

  private Node.Settings settings() {
    if (demo && upstream.isGiven()) {
      throw new IllegalArgumentException("--demo has an upstream of its own; leave one out");
    }
    HostPort listen = HostPort.parse(address);
    if (advertised == null && listen.address().isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "--addr "
              + address
              + " is every address of this machine; say with --advertise-addr"
              + " HOST:PORT which one others reach");
    }
    if (advertised != null) {
      HostPort.parse(advertised);
    }
    return new Node.Settings(
        listen,
        Optional.ofNullable(advertised),
        demo ? Demo.UPSTREAM : upstream.uri(environment),
        storeUri(),
        zone,
        Optional.ofNullable(certDir),
        Optional.ofNullable(portFile),
        demo);
  }

  private String storeUri() {
    if (store == null) {
      return demo ? "memory:" : inDataDir();
    }
    return store.equals("dir:") ? inDataDir() : store;
  }

  private String inDataDir() {
    return "dir:" + dataDir.toAbsolutePath().resolve("store");
  }
}

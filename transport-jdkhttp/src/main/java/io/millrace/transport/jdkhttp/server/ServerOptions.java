package io.millrace.transport.jdkhttp.server;

import io.millrace.api.cluster.LogLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The options of the server, and what they ask for. */
final class ServerOptions {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS);

  private final UpstreamOptions upstream = new UpstreamOptions();
  private final SecurityOptions security = new SecurityOptions();
  private final SinkOptions sinks = new SinkOptions();
  private final StoreOptions store = new StoreOptions();

  private final OptionSpec address =
      OptionSpec.builder("--addr")
          .type(String.class)
          .paramLabel("HOST:PORT")
          .defaultValue("127.0.0.1:8300")
          .description("Where to listen; port 0 takes a free one. Default: ${DEFAULT-VALUE}.")
          .build();

  private final OptionSpec advertised =
      OptionSpec.builder("--advertise-addr")
          .type(String.class)
          .paramLabel("HOST:PORT")
          .description("How clients and other nodes reach this one. Default: where it listens.")
          .build();

  private final OptionSpec demo =
      OptionSpec.builder("--demo")
          .type(boolean.class)
          .defaultValue("false")
          .description("A made-up upstream, all in memory, whose changes are printed.")
          .build();

  private final OptionSpec certDir =
      OptionSpec.builder("--cert-dir")
          .type(Path.class)
          .paramLabel("DIR")
          .description("Where certificates that URIs name must lie.")
          .build();

  private final OptionSpec zone =
      OptionSpec.builder("--tz")
          .type(ZoneId.class)
          .paramLabel("ZONE")
          .description(
              "The time zone in which times are shown and TIMESTAMP values rendered, such as"
                  + " Asia/Shanghai. Default: the system's.")
          .build();

  private final OptionSpec logLevel =
      OptionSpec.builder("--log-level")
          .type(LogLevel.class)
          .paramLabel("LEVEL")
          .defaultValue("info")
          .description(
              "debug, info, warn or error; the log goes to stderr. Default: ${DEFAULT-VALUE}.")
          .build();

  private final OptionSpec stallAfter =
      OptionSpec.builder("--stall-after")
          .type(Duration.class)
          .converters(ServerOptions::duration)
          .paramLabel("DURATION")
          .defaultValue("1m")
          .description(
              "For how long a changefeed's checkpoint may stand still, while the upstream goes on,"
                  + " before its error says who holds it, such as 30s or 5m. Default:"
                  + " ${DEFAULT-VALUE}.")
          .build();

  private final OptionSpec portFile =
      OptionSpec.builder("--port-file")
          .type(Path.class)
          .paramLabel("FILE")
          .description("A file that gets the bound host:port once the server answers.")
          .build();

  /** Adds them to a command, in the order in which its help lists them. */
  void addTo(CommandSpec command) {
    command.addOption(address).addOption(advertised);
    command.addArgGroup(upstream.group());
    command.addOption(demo);
    store.addTo(command);
    for (OptionSpec each : new OptionSpec[] {certDir, zone, logLevel, stallAfter, portFile}) {
      command.addOption(each);
    }
    security.addTo(command);
    sinks.addTo(command);
  }

  private static Duration duration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
      throw new TypeConversionException(
          "'" + text + "' is no duration above 0, such as 30s, 5m or 2h");
    }
    return Duration.of(Long.parseLong(parts.group(1)), UNITS.get(parts.group(2)));
  }

  /** Returns whether the command line itself has a password in it, which others can see. */
  boolean exposesPassword() {
    return upstream.exposesPassword();
  }

  LogLevel logLevel() {
    return logLevel.getValue();
  }

  /**
   * Returns the settings of the node that is asked for.
   *
   * @throws IllegalArgumentException saying which options are wrong
   */
  Node.Settings settings(Map<String, String> environment) {
    boolean made = demo.<Boolean>getValue();
    if (made && upstream.isGiven()) {
      throw new IllegalArgumentException("--demo has an upstream of its own; leave one out");
    }
    HostPort listen = HostPort.parse(address.getValue());
    Optional<String> reached = Optional.ofNullable(advertised.getValue());
    if (reached.isEmpty() && listen.address().isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "--addr "
              + listen
              + " is every address of this machine; say with --advertise-addr"
              + " HOST:PORT which one others reach");
    }
    reached.ifPresent(HostPort::parse);
    ZoneId given = zone.getValue();
    return new Node.Settings(
        listen,
        reached,
        security.security(listen, environment),
        sinks.rules(),
        made ? Demo.UPSTREAM : upstream.uri(environment),
        store.uri(made),
        given == null ? ZoneId.systemDefault() : given,
        stallAfter.getValue(),
        Optional.ofNullable(certDir.getValue()),
        Optional.ofNullable(portFile.getValue()),
        made);
  }
}

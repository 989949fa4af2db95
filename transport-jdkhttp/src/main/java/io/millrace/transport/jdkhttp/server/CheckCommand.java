package io.millrace.transport.jdkhttp.server;

import io.millrace.api.cluster.LogLevel;
import io.millrace.api.source.Requirement;
import io.millrace.core.CdcService;
import io.millrace.core.CdcServiceBuilder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code millrace-server check}: whether the upstream can be read. */
final class CheckCommand implements Callable<Integer> {
  static final String NAME = "check";

  private final Map<String, String> environment;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
  private final UpstreamOptions upstream = new UpstreamOptions();

  private final OptionSpec certDir =
      OptionSpec.builder("--cert-dir")
          .type(Path.class)
          .paramLabel("DIR")
          .description("Where the certificates that the URI names must lie.")
          .build();

  CheckCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  CommandSpec spec() {
    spec.name(NAME).addArgGroup(upstream.group()).addOption(certDir);
    StandardOptions.addTo(spec);
    spec.usageMessage()
        .description(
            "Prints each setting and grant of the upstream that capturing needs, as found and as"
                + " wanted, with the SQL that mends it.",
            "Exits with 0 if all are met, 1 if one is not or the upstream does not answer.");
    return spec;
  }

  @Override
  public Integer call() {
    Logs.start(LogLevel.WARN);
    CdcServiceBuilder builder = CdcService.builder();
    builder.upstream(MillraceServer.orUsage(spec, () -> upstream.uri(environment)));
    @Nullable Path directory = certDir.getValue();
    if (directory != null) {
      builder.certDir(directory);
    }
    List<Requirement> requirements;
    try (CdcService service = builder.build()) {
      service.start();
      requirements = service.checkUpstream();
    }
    PrintWriter out = spec.commandLine().getOut();
    requirements.forEach(each -> print(each, out));
    boolean met = requirements.stream().allMatch(Requirement::met);
    out.println(met ? "the upstream can be captured" : "the upstream cannot be captured as it is");
    out.flush();
    return met ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static void print(Requirement each, PrintWriter out) {
    out.printf(
        "%-4s %s: found %s, wanted %s%n",
        each.met() ? "ok" : "FAIL", each.name(), each.found(), each.wanted());
    if (!each.met() && !each.remedy().isEmpty()) {
      out.printf("     %s%n", each.remedy());
    }
  }
}

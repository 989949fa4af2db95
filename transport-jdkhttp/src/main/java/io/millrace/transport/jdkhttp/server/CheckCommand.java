package io.millrace.transport.jdkhttp.server;

import io.millrace.api.cluster.LogLevel;
import io.millrace.api.source.Requirement;
import io.millrace.core.CdcService;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace-server check}: whether the upstream can be read. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Prints each setting and grant of the upstream that capturing needs, as found and as wanted,"
          + " with the SQL that mends it.",
      "Exits with 0 if all are met, 1 if one is not or the upstream does not answer."
    })
final class CheckCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private UpstreamOptions upstream = new UpstreamOptions();

  @Option(
      names = "--cert-dir",
      paramLabel = "DIR",
      description = "Where the certificates that the URI names must lie.")
  private @Nullable Path certDir;

  CheckCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Logs.start(LogLevel.WARN);
    CdcService.Builder builder = CdcService.builder();
    builder.upstream(MillraceServer.orUsage(spec, () -> upstream.uri(environment)));
    if (certDir != null) {
      builder.certDir(certDir);
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

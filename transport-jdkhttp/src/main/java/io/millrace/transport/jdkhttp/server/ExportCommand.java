package io.millrace.transport.jdkhttp.server;

import io.millrace.api.cluster.LogLevel;
import io.millrace.core.CdcService;
import io.millrace.core.ChangefeedArchive;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code millrace-server export}: the changefeeds of a store as JSON. */
final class ExportCommand implements Callable<Integer> {
  static final String NAME = "export";

  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
  private final StoreOptions store = new StoreOptions();

  CommandSpec spec() {
    spec.name(NAME);
    store.addTo(spec);
    StandardOptions.addTo(spec);
    spec.usageMessage()
        .description(
            "Prints the changefeeds of a store, with their checkpoints, as JSON for import. The"
                + " server that uses the store must be stopped.",
            "In place of each secret stands a reference, secret://env/MILLRACE_<CHANGEFEED>_1 and"
                + " so on, in the order of the sink's URI and options: set these variables for"
                + " import, or write other references.");
    return spec;
  }

  @Override
  public Integer call() {
    Logs.start(LogLevel.WARN);
    PrintWriter out = spec.commandLine().getOut();
    String uri = MillraceServer.orUsage(spec, store::existing);
    try (ChangefeedArchive archive = CdcService.builder().store(uri).archive()) {
      out.print(archive.export());
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}

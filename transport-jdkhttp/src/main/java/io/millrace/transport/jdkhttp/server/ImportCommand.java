package io.millrace.transport.jdkhttp.server;

import io.millrace.api.ChangefeedId;
import io.millrace.api.cluster.LogLevel;
import io.millrace.core.CdcService;
import io.millrace.core.ChangefeedArchive;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code millrace-server import}: changefeeds into a store, stopped. */
final class ImportCommand implements Callable<Integer> {
  static final String NAME = "import";

  private final Secrets secrets;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
  private final StoreOptions store = new StoreOptions();
  private final PositionalParamSpec file =
      PositionalParamSpec.builder()
          .type(Path.class)
          .paramLabel("FILE")
          .index("0")
          .required(true)
          .description("What export has printed.")
          .build();

  ImportCommand(Map<String, String> environment) {
    this.secrets = new Secrets(environment);
  }

  CommandSpec spec() {
    spec.name(NAME).addPositional(file);
    store.addTo(spec);
    StandardOptions.addTo(spec);
    spec.usageMessage()
        .description(
            "Puts exported changefeeds into a store, all or none. They are stopped: resume each"
                + " once the former server does not run it any more. No server may use the store"
                + " meanwhile.",
            "References secret://env/NAME and secret://file/PATH become what they stand for."
                + " A sink mysql:// that has seen the former store wants a higher takeover= in its"
                + " URI.");
    return spec;
  }

  @Override
  public Integer call() {
    Logs.start(LogLevel.WARN);
    String document = MillraceServer.orUsage(spec, this::document);
    PrintWriter out = spec.commandLine().getOut();
    try (ChangefeedArchive archive = CdcService.builder().store(store.uri(false)).archive()) {
      List<ChangefeedId> ids = archive.read(document, secrets::value);
      ids.forEach(id -> out.println("imported, stopped: " + id));
      out.println(ids.size() + (ids.size() == 1 ? " changefeed" : " changefeeds"));
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private String document() {
    Path path = file.getValue();
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + path + ": " + e, e);
    }
  }
}

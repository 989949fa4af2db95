package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.core.CdcService;
import io.millrace.testkit.sink.RecordingSink;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code export} and {@code import} of changefeeds, from one store to another. */
class ExportImportTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ChangefeedId ORDERS = new ChangefeedId("orders-1");
  private static final String URI = "recorder://me:p%40ss@there/x?sasl-password=two&a=b";
  private static final Map<String, String> VARIABLES =
      Map.of(
          "MILLRACE_ORDERS_1_1", "p@ss",
          "MILLRACE_ORDERS_1_2", "two",
          "MILLRACE_ORDERS_1_3", "three");

  private final long begin = System.currentTimeMillis();

  @TempDir private Path work;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private CdcService service(String store) {
    CdcService service =
        CdcService.builder()
            .upstream("datagen:?rate=100&start=" + begin)
            .store("dir:" + work.resolve(store))
            .sink("recorder", new RecordingSink())
            .build();
    service.start();
    return service;
  }

  private int run(Map<String, String> environment, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commandLine = MillraceServer.commandLine(environment);
    commandLine.getSubcommands().values().forEach(this::redirect);
    redirect(commandLine);
    return commandLine.execute(arguments);
  }

  private void redirect(CommandLine commandLine) {
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  private String store(String name) {
    return "--store=dir:" + work.resolve(name);
  }

  private Path exported(String name) throws IOException {
    assertThat(run(Map.of(), "export", store(name))).as(err.toString()).isZero();
    return Files.writeString(work.resolve("export.json"), out.toString());
  }

  private ChangefeedDetail fill(String name) {
    try (CdcService service = service(name)) {
      service.create(
          ChangefeedSpec.builder(URI)
              .id(ORDERS.value())
              .filterRules(List.of("bank.*"))
              .sinkConfig(
                  new SinkConfig(
                      List.of(), Optional.empty(), Map.of("x.password", "three", "y", "four")))
              .build());
      service.awaitCaughtUp(ORDERS, LIMIT);
      service.pause(ORDERS);
      return service.changefeed(ORDERS);
    }
  }

  @Test
  void carriesChangefeedsAndCheckpointsOver() throws IOException {
    ChangefeedDetail before = fill("old");
    Path file = exported("old");
    assertThat(Files.readString(file))
        .contains("secret://env/MILLRACE_ORDERS_1_1@there")
        .contains("sasl-password=secret://env/MILLRACE_ORDERS_1_2&a=b")
        .doesNotContain("p%40ss", "p@ss", "=two", "three")
        .contains("\"state\" : \"stopped\"");
    assertThat(run(VARIABLES, "import", store("new"), file.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("imported, stopped: orders-1", "1 changefeed");
    try (CdcService service = service("new")) {
      ChangefeedDetail after = service.changefeed(ORDERS);
      assertThat(after.state()).isEqualTo(ChangefeedState.STOPPED);
      assertThat(after.checkpoint()).isGreaterThanOrEqualTo(before.checkpoint());
      assertThat(after.spec().sinkUri()).isEqualTo(URI);
      assertThat(after.spec().sinkConfig()).isEqualTo(before.spec().sinkConfig());
      assertThat(after.spec().filterRules()).isEqualTo(before.spec().filterRules());
      service.resume(ORDERS);
      service.awaitCaughtUp(ORDERS, LIMIT);
    }
  }

  @Test
  void aStoreInUseIsLeftAlone() throws IOException {
    fill("old");
    Path file = exported("old");
    try (CdcService service = service("old")) {
      assertThat(run(Map.of(), "export", store("old"))).isEqualTo(1);
      assertThat(err.toString()).contains("CDC:ErrStoreLocked");
      assertThat(run(VARIABLES, "import", store("old"), file.toString())).isEqualTo(1);
      assertThat(service.changefeed(ORDERS).state()).isEqualTo(ChangefeedState.STOPPED);
    }
  }

  @Test
  void importsAllOrNothing() throws IOException {
    fill("old");
    Path file = exported("old");
    assertThat(run(VARIABLES, "import", store("old"), file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("CDC:ErrChangeFeedAlreadyExists", "exist already: [orders-1]");
    assertThat(run(Map.of(), "import", store("new"), file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("changefeed 'orders-1'", "the variable MILLRACE_ORDERS_1_1 is not set");
    assertThat(run(Map.of(), "export", store("new"))).isZero();
    assertThat(out.toString()).contains("\"changefeeds\" : [ ]");
  }

  @Test
  void saysWhatIsWrongWithADocument() throws IOException {
    for (String[] each :
        new String[][] {
          {"{", "it is no JSON"},
          {"{}", "it has no millrace_changefeeds of version 1"},
          {"{\"millrace_changefeeds\": 2, \"changefeeds\": []}", "of version 1"},
          {"{\"millrace_changefeeds\": 1, \"changefeeds\": [{\"id\": \"a\"}]}", "changefeed 'a'"},
          {
            "{\"millrace_changefeeds\": 1, \"changefeeds\": [{\"id\": \"a\", \"record\": {\"v\": 9}}]}",
            "changefeed 'a'"
          }
        }) {
      Path file = Files.writeString(work.resolve("bad.json"), each[0]);
      assertThat(run(Map.of(), "import", store("new"), file.toString())).isEqualTo(1);
      assertThat(err.toString()).contains("the document cannot be imported").contains(each[1]);
    }
    assertThat(run(Map.of(), "import", store("new"), "/no/such.json")).isEqualTo(2);
    assertThat(err.toString()).contains("cannot read /no/such.json");
    assertThat(run(Map.of(), "export", store("nowhere"))).isEqualTo(2);
    assertThat(err.toString()).contains("there is no store at dir:");
  }
}

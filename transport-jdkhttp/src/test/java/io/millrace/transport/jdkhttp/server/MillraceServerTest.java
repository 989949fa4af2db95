package io.millrace.transport.jdkhttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line, as far as no server starts. */
class MillraceServerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = MillraceServer.commandLine(Map.of());
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  private void assertUsage(String message, String... arguments) {
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString()).startsWith("millrace-server: ").contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void explainsEveryOptionAndExitCode() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--addr", "--advertise-addr", "--upstream", "--upstream-file", "--demo")
        .contains("--data-dir", "--store", "--cert-dir", "--tz", "--log-level", "--port-file")
        .contains("--ca", "--cert", "--key", "--cert-allowed-cn", "--auth-file", "--allow-host")
        .contains("--insecure", "--allow-sink", "--deny-sink", "169.254.0.0/16", "--stall-after")
        .contains("MILLRACE_UPSTREAM", "secret://env/NAME", "secret://file/PATH", "%40")
        .contains("Exit codes:", "143")
        .contains("check");
  }

  @Test
  void saysItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString())
        .matches("millrace-server v\\d+\\.\\d+\\.\\d+\\S*\\s*(commit [0-9a-f]+\\s*)?");
  }

  @Test
  void saysHowToGiveAnUpstream() {
    assertUsage("no upstream is given");
    assertThat(err.toString()).contains("--upstream", "MILLRACE_UPSTREAM", "--demo");
  }

  @Test
  void checkWantsAnUpstreamToo() {
    assertUsage("no upstream is given", "check");
  }

  @Test
  void refusesOptionsThatExcludeEachOther() {
    assertUsage("--upstream", "--upstream", "datagen:", "--upstream-file", "x");
  }

  @Test
  void refusesADemoOfAnotherUpstream() {
    assertUsage("--demo", "--demo", "--upstream", "datagen:");
  }

  @Test
  void refusesRulesThatAreNone() {
    String[] both = {
      "--demo", "--addr=127.0.0.1:0", "--deny-sink=10.0.0.0/33", "--allow-sink=kafka,10.0.0"
    };
    assertUsage("the rule '10.0.0' is neither a scheme", both);
    err.getBuffer().setLength(0);
    assertUsage("the rule '10.0.0.0/33' is neither a scheme", both);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "5", "m", "-1m", "PT1M", "1d"})
  void refusesDurationsThatAreNone(String duration) {
    assertUsage("such as 30s, 5m or 2h", "--demo", "--stall-after", duration);
  }

  @Test
  void wantsToKnowWhatToAdvertise() {
    assertUsage("--advertise-addr", "--upstream", "datagen:", "--addr", "0.0.0.0:0");
  }

  @Test
  void refusesToBeOpenToOtherMachines() {
    String[] anywhere = {
      "--upstream", "datagen:", "--addr", "0.0.0.0:0", "--advertise-addr", "h:8300"
    };
    assertUsage("--insecure allows it", anywhere);
    err.getBuffer().setLength(0);
    assertUsage("--auth-file", anywhere);
  }

  @Test
  void wantsCertificateAndKeyTogether() {
    for (String option : new String[] {"--cert", "--key", "--ca", "--cert-allowed-cn"}) {
      err.getBuffer().setLength(0);
      assertUsage("TLS needs both --cert and --key", "--demo", option, "x");
    }
    err.getBuffer().setLength(0);
    assertUsage(
        "authorities of their certificates",
        "--demo",
        "--cert=x",
        "--key=x",
        "--cert-allowed-cn=client");
  }

  @Test
  void refusesUnknownZonesLevelsAndAddresses() {
    assertUsage("--tz", "--demo", "--tz", "Mars/Olympus");
    err.getBuffer().setLength(0);
    assertUsage("--log-level", "--demo", "--log-level", "loud");
    err.getBuffer().setLength(0);
    assertUsage("'8300'", "--demo", "--addr", "8300");
  }

  @Test
  void saysWhichFileIsMissing() {
    assertUsage("/no/such/file", "--upstream-file", "/no/such/file");
  }
}

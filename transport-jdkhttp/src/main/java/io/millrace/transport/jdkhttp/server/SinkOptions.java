package io.millrace.transport.jdkhttp.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where changefeeds may send to. Who may create changefeeds has the server open connections; so
 * what only machines of one link can reach, metadata of clouds above all, is denied by itself.
 */
final class SinkOptions {
  /** Link-local addresses (RFC 3927, RFC 4291), and where one cloud serves metadata by IPv6. */
  private static final List<String> DENIED =
      List.of("169.254.0.0/16", "fe80::/10", "fd00:ec2::254");

  private final OptionSpec allowed =
      rules(
          "--allow-sink",
          "A scheme, address or network that changefeeds may send to, such as kafka or 10.0.0.0/8."
              + " Where schemes are given, no others may be; networks likewise, but for parts of"
              + " denied ones. The smallest network that an address is in decides.");

  private final OptionSpec denied =
      rules(
          "--deny-sink",
          "What they may not send to, likewise; besides "
              + String.join(", ", DENIED)
              + ", which are always denied unless --allow-sink names a part of them.");

  private static OptionSpec rules(String name, String description) {
    return OptionSpec.builder(name)
        .type(String[].class)
        .splitRegex(",")
        .paramLabel("RULE")
        .description(description)
        .build();
  }

  /** Adds them to a command. */
  void addTo(CommandSpec command) {
    command.addOption(allowed).addOption(denied);
  }

  /** Returns what is asked for; whether the rules are right is not checked. */
  SinkRules rules() {
    List<String> all = new ArrayList<>(DENIED);
    all.addAll(given(denied));
    return new SinkRules(given(allowed), all);
  }

  private static List<String> given(OptionSpec option) {
    String @Nullable [] rules = option.getValue();
    return rules == null ? List.of() : List.of(rules);
  }
}

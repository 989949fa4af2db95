package io.millrace.transport.jdkhttp.server;

import io.millrace.transport.jdkhttp.guard.TlsFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Whom the server answers: TLS, credentials, and what is done without. */
final class SecurityOptions {
  private final OptionSpec ca =
      file("--ca", "Authorities of clients' certificates; every client must have one then.");
  private final OptionSpec cert = file("--cert", "The server's certificate; switches TLS on.");
  private final OptionSpec key =
      file(
          "--key", "Its private key, not encrypted. A change of these files takes effect at once.");

  private final OptionSpec allowedNames =
      OptionSpec.builder("--cert-allowed-cn")
          .type(String[].class)
          .splitRegex(",")
          .paramLabel("NAME")
          .description("A common or alternative name that clients' certificates may have.")
          .build();

  private final OptionSpec authFile =
      file(
          "--auth-file",
          "Who may do what: lines 'ROLE token TOKEN' or 'ROLE user NAME PASSWORD', ROLE being"
              + " read, operate or admin. TOKEN and PASSWORD may be references. A change of the file"
              + " takes effect at once.");

  private final OptionSpec hosts =
      OptionSpec.builder("--allow-host")
          .type(String[].class)
          .splitRegex(",")
          .paramLabel("NAME")
          .description(
              "A name by which clients reach the server, besides localhost, addresses and"
                  + " --advertise-addr. Requests to other names are refused.")
          .build();

  private final OptionSpec insecure =
      OptionSpec.builder("--insecure")
          .type(boolean.class)
          .defaultValue("false")
          .description(
              "Let whoever reaches an address that is not loopback do everything, without --ca"
                  + " and --auth-file.")
          .build();

  private static OptionSpec file(String name, String description) {
    return OptionSpec.builder(name)
        .type(Path.class)
        .paramLabel("FILE")
        .description(description)
        .build();
  }

  /** Adds them to a command. */
  void addTo(CommandSpec command) {
    for (OptionSpec each :
        new OptionSpec[] {ca, cert, key, allowedNames, authFile, hosts, insecure}) {
      command.addOption(each);
    }
  }

  /**
   * Returns what is asked for.
   *
   * @param listen where the server is to listen
   * @throws IllegalArgumentException saying which options are wrong
   */
  Security security(HostPort listen, Map<String, String> environment) {
    Optional<TlsFiles> tls = tls();
    @Nullable Path users = authFile.getValue();
    Optional<AuthStore> credentials =
        Optional.ofNullable(users).map(file -> new AuthStore(file, new Secrets(environment)));
    Optional<String> warning =
        listen.address().isLoopbackAddress() ? Optional.empty() : warning(listen, tls, credentials);
    return new Security(tls, credentials, names(hosts), warning);
  }

  /** Returns what is dangerous about an address that other machines reach. */
  private Optional<String> warning(
      HostPort listen, Optional<TlsFiles> tls, Optional<AuthStore> credentials) {
    if (tls.flatMap(TlsFiles::ca).isPresent()) {
      return Optional.empty();
    }
    if (credentials.isPresent()) {
      return tls.isPresent()
          ? Optional.empty()
          : Optional.of(
              "--auth-file without --cert and --key: tokens and passwords can be read on the way");
    }
    if (insecure.<Boolean>getValue()) {
      return Optional.of(
          "--insecure: other machines may reach this address, and there is no authentication:"
              + " whoever reaches it controls this server");
    }
    throw new IllegalArgumentException(
        "--addr "
            + listen
            + " can be reached from other machines, and whoever reaches it would control this"
            + " server: give --auth-file, or --ca with --cert and --key; --insecure allows it");
  }

  private Optional<TlsFiles> tls() {
    @Nullable Path certificate = cert.getValue();
    @Nullable Path privateKey = key.getValue();
    @Nullable Path authorities = ca.getValue();
    Set<String> names = names(allowedNames);
    if (certificate != null && privateKey != null) {
      return Optional.of(
          new TlsFiles(certificate, privateKey, Optional.ofNullable(authorities), names));
    }
    if (certificate != null || privateKey != null || authorities != null || !names.isEmpty()) {
      throw new IllegalArgumentException(
          "TLS needs both --cert and --key; --ca and --cert-allowed-cn come in addition");
    }
    return Optional.empty();
  }

  private static Set<String> names(OptionSpec option) {
    String @Nullable [] given = option.getValue();
    return given == null ? Set.of() : new HashSet<>(List.of(given));
  }
}

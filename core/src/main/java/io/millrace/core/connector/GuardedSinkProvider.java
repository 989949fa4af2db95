package io.millrace.core.connector;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.snapshot.SqlSnapshot;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A provider whose sinks are where a policy allows them. Hosts count that the URI names, and those
 * of addresses in its parameters and in the configuration, a schema registry's for instance.
 *
 * <p>Names are looked up when the downstream is reached for, each time, so that a name cannot be
 * pointed elsewhere after it was checked. The JDK keeps what it has looked up for some seconds, so
 * the connector gets what was checked. What a downstream names by itself (the brokers of a cluster)
 * is not looked at.
 */
public final class GuardedSinkProvider implements SinkProvider {
  /** Their URIs' authority names no machine, or one that is not reached for. */
  private static final Set<String> WITHOUT_HOSTS = Set.of("blackhole", "consumer", "file");

  private final SinkProvider provider;
  private final SinkPolicy policy;

  /** Creates a provider that asks another one where a policy allows it. */
  public GuardedSinkProvider(SinkProvider provider, SinkPolicy policy) {
    this.provider = provider;
    this.policy = policy;
  }

  @Override
  public void validate(SinkRequest request) {
    checkSchemes(request);
    provider.validate(request);
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    check(request);
    provider.dial(request, limit);
  }

  @Override
  public Sink open(SinkRequest request) {
    check(request);
    return provider.open(request);
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    check(request);
    provider.fence(request, gone);
  }

  @Override
  public Optional<Supplier<SqlSnapshot>> snapshots(SinkRequest request) {
    return provider
        .snapshots(request)
        .map(
            open ->
                () -> {
                  check(request);
                  return open.get();
                });
  }

  @Override
  public void forget(SinkRequest request) {
    check(request);
    provider.forget(request);
  }

  @Override
  public boolean selectsColumns() {
    return provider.selectsColumns();
  }

  private void check(SinkRequest request) {
    checkSchemes(request);
    for (String host : hosts(request)) {
      for (InetAddress address : addresses(host)) {
        policy.check(host, address);
      }
    }
  }

  /** What a parameter has written to files of this machine, large messages for instance, counts. */
  private void checkSchemes(SinkRequest request) {
    policy.checkScheme(request.uri().scheme());
    for (String address : named(request)) {
      ours(address).map(ConnectorUri::scheme).filter("file"::equals).ifPresent(policy::checkScheme);
    }
  }

  /** Returns where a host is; nowhere if it has no address, for then nothing is sent to it. */
  private static InetAddress[] addresses(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  private static Set<String> hosts(SinkRequest request) {
    Set<String> hosts = new HashSet<>();
    if (!WITHOUT_HOSTS.contains(request.uri().scheme())) {
      addHosts(request.uri(), hosts);
    }
    named(request).forEach(address -> addHosts(address, hosts));
    return hosts;
  }

  /** Returns the addresses in parameters and configuration. */
  private static List<String> named(SinkRequest request) {
    return Stream.of(request.uri().params(), request.config().options())
        .flatMap(values -> values.values().stream())
        .filter(value -> value.contains("://"))
        .toList();
  }

  /** Adds the hosts of an address as each parser reads it that a connector may use. */
  private static void addHosts(String address, Set<String> hosts) {
    ours(address).ifPresent(uri -> addHosts(uri, hosts));
    theirs(address).flatMap(uri -> Optional.ofNullable(uri.getHost())).ifPresent(hosts::add);
  }

  private static Optional<ConnectorUri> ours(String address) {
    try {
      return Optional.of(ConnectorUri.parse(address, StandardErrorCode.SINK_URI_INVALID));
    } catch (CdcException e) {
      return Optional.empty();
    }
  }

  private static Optional<URI> theirs(String address) {
    try {
      return Optional.of(new URI(address));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static void addHosts(ConnectorUri uri, Set<String> hosts) {
    uri.hosts().forEach(each -> hosts.add(withoutPort(each)));
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) {
      return host.substring(1, host.indexOf(']'));
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }
}

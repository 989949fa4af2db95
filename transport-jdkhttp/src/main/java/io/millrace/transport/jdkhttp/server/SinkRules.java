package io.millrace.transport.jdkhttp.server;

import io.millrace.core.CdcServiceBuilder;
import java.util.List;

/**
 * Where sinks may be, each rule a scheme, an address or a network.
 *
 * @param allowed what is allowed
 * @param denied what is denied
 */
record SinkRules(List<String> allowed, List<String> denied) {
  /** Copies the lists. */
  SinkRules {
    allowed = List.copyOf(allowed);
    denied = List.copyOf(denied);
  }

  /** Tells a service, which checks them when it is built. */
  void applyTo(CdcServiceBuilder service) {
    service.allowSinks(allowed).denySinks(denied);
  }
}

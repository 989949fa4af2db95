package io.millrace.core.wiring;

import java.util.HashMap;
import java.util.Map;

/** Puts built-in providers and those of the builder together. */
final class Connectors {
  private Connectors() {}

  /** Returns all providers; those given win. */
  static <P> Map<String, P> merged(Map<String, P> builtIn, Map<String, P> given) {
    Map<String, P> all = new HashMap<>(builtIn);
    all.putAll(given);
    return Map.copyOf(all);
  }
}

package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where sinks may be: by scheme, and by the network of their hosts.
 *
 * <p>Of the networks that an address is in, the smallest decides; of one that is both allowed and
 * denied, that it is denied. An address in none is allowed unless some networks are that are not
 * merely parts of denied ones. Schemes likewise: one not named is allowed unless others are.
 *
 * <p><i>Threads:</i> any.
 */
public final class SinkPolicy {
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

  private final Set<String> allowedSchemes = new HashSet<>();
  private final Set<String> deniedSchemes = new HashSet<>();
  private final List<Rule> networks = new ArrayList<>();
  private final boolean onlyAllowed;

  private record Rule(Network network, boolean allows) {
    boolean isBefore(Rule other) {
      int difference = network.prefix() - other.network.prefix();
      return difference > 0 || (difference == 0 && !allows);
    }
  }

  /**
   * Creates a policy of rules, each a scheme, an address or a network.
   *
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM}, naming the rules that are
   *     none of these
   */
  public SinkPolicy(Collection<String> allowed, Collection<String> denied) {
    List<String> wrong = new ArrayList<>();
    add(allowed, true, wrong);
    add(denied, false, wrong);
    if (!wrong.isEmpty()) {
      throw new CdcException(StandardErrorCode.API_INVALID_PARAM, String.join("; ", wrong));
    }
    boolean restricts = false;
    for (Rule rule : networks) {
      restricts |= rule.allows && !isException(rule);
    }
    onlyAllowed = restricts;
  }

  private void add(Collection<String> rules, boolean allows, List<String> wrong) {
    for (String rule : rules) {
      String text = rule.strip().toLowerCase(Locale.ROOT);
      if (SCHEME.matcher(text).matches() && !text.contains(".")) {
        (allows ? allowedSchemes : deniedSchemes).add(text);
      } else {
        try {
          networks.add(new Rule(Network.parse(text), allows));
        } catch (IllegalArgumentException e) {
          wrong.add(
              "the rule '"
                  + text
                  + "' is neither a scheme such as kafka, nor an address, nor a network such as"
                  + " 10.0.0.0/8");
        }
      }
    }
  }

  private boolean isException(Rule rule) {
    for (Rule each : networks) {
      if (!each.allows && each.network.contains(rule.network)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether it lets everything through. */
  public boolean isOpen() {
    return allowedSchemes.isEmpty() && deniedSchemes.isEmpty() && networks.isEmpty();
  }

  /**
   * Checks that sinks of a scheme may be.
   *
   * @throws CdcException {@link StandardErrorCode#SINK_URI_INVALID}
   */
  void checkScheme(String scheme) {
    if (deniedSchemes.contains(scheme)
        || (!allowedSchemes.isEmpty() && !allowedSchemes.contains(scheme))) {
      throw refused("sinks of the scheme " + scheme + " are not allowed here", scheme);
    }
  }

  /**
   * Checks that something may be sent to a host.
   *
   * @param host as it is written, for the error
   * @param address where it is
   * @throws CdcException {@link StandardErrorCode#SINK_URI_INVALID}
   */
  void check(String host, InetAddress address) {
    for (InetAddress each : Embedded.all(address)) {
      Optional<Rule> rule = decisive(each);
      if (!rule.map(Rule::allows).orElse(!onlyAllowed)) {
        String where =
            rule.map(it -> "in " + it.network).orElse("in none of the networks allowed here");
        String at = each.getHostAddress();
        throw refused(
            "host "
                + host
                + (host.equals(at) ? "" : " is " + at)
                + ", "
                + where
                + ", may not be"
                + " sent to",
            at);
      }
    }
  }

  private Optional<Rule> decisive(InetAddress address) {
    Optional<Rule> first = Optional.empty();
    for (Rule each : networks) {
      if (each.network.contains(address) && (first.isEmpty() || each.isBefore(first.get()))) {
        first = Optional.of(each);
      }
    }
    return first;
  }

  private static CdcException refused(String what, String rule) {
    return new CdcException(
        StandardErrorCode.SINK_URI_INVALID,
        "sink uri invalid '%s; choose another, or have the node allow %s (--allow-sink)'"
            .formatted(what, rule));
  }
}

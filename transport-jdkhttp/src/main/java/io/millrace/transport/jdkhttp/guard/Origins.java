package io.millrace.transport.jdkhttp.guard;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.transport.jdkhttp.route.Request;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells requests of a server's own clients from those that a browser sends because another site
 * says so. Any content type is accepted, so a form on any site could post otherwise.
 *
 * <p>A name in {@code Host} that is not the server's shows that a site has pointed its own name at
 * this address (DNS rebinding), whose requests would look like the server's own to the browser.
 * <i>Source:</i> Fetch Metadata Request Headers; RFC 6454, section 7.
 */
final class Origins {
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
  private static final Pattern PORT = Pattern.compile(":\\d*$");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private final Set<String> names;

  Origins(Set<String> names) {
    this.names = names.stream().map(Origins::lower).collect(Collectors.toUnmodifiableSet());
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Throws {@link StandardErrorCode#CROSS_SITE_REQUEST} unless a request is the server's own. */
  void check(Request request) {
    String host = lower(request.header("host").orElse(""));
    String name = PORT.matcher(host).replaceFirst("");
    if (!isOwn(name)) {
      throw refused(
          "its Host is no name of this server; --allow-host, or the transport's builder, adds one");
    }
    Optional<String> origin = request.header("origin");
    if (origin.isPresent() && !isFrom(lower(origin.get()), host)) {
      throw refused("its Origin is another site");
    }
    boolean own = request.header("sec-fetch-site").map(OWN_SITES::contains).orElse(true);
    if (!own && !isFollowedLink(request)) {
      throw refused("its Sec-Fetch-Site is another site");
    }
  }

  private boolean isOwn(String name) {
    return name.isEmpty()
        || name.equals("localhost")
        || names.contains(name)
        || ADDRESS.matcher(name).matches();
  }

  private static boolean isFrom(String origin, String host) {
    if (origin.startsWith("http://")) {
      return without(":80", origin.substring(7)).equals(without(":80", host));
    }
    return origin.startsWith("https://")
        && without(":443", origin.substring(8)).equals(without(":443", host));
  }

  private static String without(String port, String authority) {
    return authority.endsWith(port)
        ? authority.substring(0, authority.length() - port.length())
        : authority;
  }

  /** Returns whether a person followed a link, which shows the answer to no site. */
  private static boolean isFollowedLink(Request request) {
    return request.method().equals("GET")
        && request.header("sec-fetch-mode").orElse("").equals("navigate")
        && request.header("sec-fetch-dest").orElse("").equals("document");
  }

  private static CdcException refused(String reason) {
    return new CdcException(
        StandardErrorCode.CROSS_SITE_REQUEST, "cross-site request refused: " + reason);
  }
}

package io.millrace.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.Secret;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.core.changefeed.SpecValidator;
import java.net.URLEncoder;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts references in place of a specification's secrets, and back. */
final class SecretReferences {
  private static final Pattern REFERENCE = Pattern.compile("secret://(?:env/\\w+|file/[^@&?#]+)");

  private final String prefix;
  private int number;

  private SecretReferences(ChangefeedId id) {
    prefix =
        "secret://env/MILLRACE_" + id.value().toUpperCase(Locale.ROOT).replaceAll("\\W", "_") + "_";
  }

  private String next() {
    number++;
    return prefix + number;
  }

  /** Returns a specification that tells no secret. */
  static ChangefeedSpec of(ChangefeedId id, ChangefeedSpec spec) {
    SecretReferences references = new SecretReferences(id);
    ConnectorUri uri = SpecValidator.sinkUri(spec.sinkUri());
    String shown = spec.sinkUri();
    if (!uri.masked().equals(shown)) {
      shown =
          Pattern.compile(Secret.MASK, Pattern.LITERAL)
              .matcher(uri.masked())
              .replaceAll(match -> references.next());
    }
    return with(
        spec,
        shown,
        (name, value) -> Secret.isNamed(name) && !value.isEmpty() ? references.next() : value);
  }

  @FunctionalInterface
  private interface OptionChange {
    String of(String name, String value);
  }

  private static ChangefeedSpec with(ChangefeedSpec spec, String uri, OptionChange change) {
    SinkConfig config = spec.sinkConfig();
    Map<String, String> options = new TreeMap<>(config.options());
    options.replaceAll(change::of);
    return spec.toBuilder()
        .sinkUri(uri)
        .sinkConfig(
            new SinkConfig(
                config.dispatchers(), config.protocol(), options, config.columnSelectors()))
        .build();
  }

  /**
   * Returns a specification with what its references stand for.
   *
   * @throws IllegalArgumentException naming the one that stands for nothing
   */
  static ChangefeedSpec resolved(ChangefeedSpec spec, UnaryOperator<String> secrets) {
    String uri =
        REFERENCE
            .matcher(spec.sinkUri())
            .replaceAll(
                match ->
                    Matcher.quoteReplacement(
                        URLEncoder.encode(secrets.apply(match.group()), UTF_8)
                            .replace("+", "%20")));
    SpecValidator.sinkUri(uri);
    return with(
        spec,
        uri,
        (name, value) -> REFERENCE.matcher(value).matches() ? secrets.apply(value) : value);
  }
}

package io.millrace.transport.jdkhttp.guard;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.transport.jdkhttp.route.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tokens and passwords, and the roles that they give. Only their digests are kept, and they are
 * compared in a time that does not depend on where they differ.
 *
 * <p><i>Threads:</i> any. <i>Source:</i> RFC 6750, section 2.1; RFC 7617.
 */
public final class Credentials {
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final List<Known> known;

  /**
   * One that is known.
   *
   * @param digest of the scheme and what follows it, decoded
   */
  private record Known(String digest, Role role) {}

  private Credentials(List<Known> known) {
    this.known = List.copyOf(known);
  }

  /** Returns a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the role of whoever sends an {@code Authorization} header.
   *
   * @throws CdcException {@link StandardErrorCode#CREDENTIAL_NOT_FOUND}, {@link
   *     StandardErrorCode#UNAUTHORIZED}
   */
  Role role(Optional<String> authorization) {
    String sent =
        authorization.orElseThrow(
            () -> missing("send the header Authorization with Bearer and a token, or with Basic"));
    String lower = sent.toLowerCase(Locale.ROOT);
    if (lower.startsWith(BEARER)) {
      return find(BEARER + sent.substring(BEARER.length()).strip());
    }
    if (lower.startsWith(BASIC)) {
      return find(BASIC + decoded(sent.substring(BASIC.length()).strip()));
    }
    throw missing("the header Authorization must begin with Bearer or Basic");
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new CdcException(
          StandardErrorCode.CREDENTIAL_NOT_FOUND,
          "credential not found: what follows Basic is no base64",
          e);
    }
  }

  private Role find(String text) {
    byte[] digest = digest(text).getBytes(StandardCharsets.US_ASCII);
    Optional<Role> found = Optional.empty();
    for (Known each : known) {
      if (MessageDigest.isEqual(digest, each.digest.getBytes(StandardCharsets.US_ASCII))) {
        found = Optional.of(each.role);
      }
    }
    return found.orElseThrow(
        () ->
            new CdcException(
                StandardErrorCode.UNAUTHORIZED, "unauthorized: these credentials are not known"));
  }

  private static CdcException missing(String remedy) {
    return new CdcException(
        StandardErrorCode.CREDENTIAL_NOT_FOUND, "credential not found: " + remedy);
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gathers credentials. <i>Threads:</i> one. */
  public static final class Builder {
    private final List<Known> known = new ArrayList<>();

    private Builder() {}

    /** Adds a bearer token; it may not be empty. */
    public Builder token(Role role, String token) {
      return add(role, token, BEARER + token);
    }

    /**
     * Adds a user of basic authentication; the password may not be empty, the name has no colon.
     */
    public Builder user(Role role, String name, String password) {
      if (name.contains(":")) {
        throw new IllegalArgumentException("a user's name must not contain a colon");
      }
      return add(role, password, BASIC + name + ":" + password);
    }

    private Builder add(Role role, String secret, String text) {
      if (secret.isBlank()) {
        throw new IllegalArgumentException("a token or password must not be empty");
      }
      known.add(new Known(digest(text), role));
      return this;
    }

    /** Returns the credentials; without any, no one may do what needs a role. */
    public Credentials build() {
      return new Credentials(known);
    }
  }
}

package io.millrace.transport.jdkhttp.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import picocli.CommandLine.IVersionProvider;

/** Which build this is. */
final class Version implements IVersionProvider {
  private static final String HASH_FILE = "git-hash";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** Returns what {@code --version} prints. */
  @Override
  public String[] getVersion() {
    String hash = gitHash();
    String first = "millrace-server " + number();
    return hash.isEmpty() ? new String[] {first} : new String[] {first, "commit " + hash};
  }

  /** Returns {@code v} and the semantic version. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "v" + (version == null ? "0.0.0" : version);
  }

  /** Returns the commit, or empty text where the build was made outside of a repository. */
  static String gitHash() {
    try (InputStream file = Version.class.getResourceAsStream(HASH_FILE)) {
      String hash =
          file == null ? "" : new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
      return HASH.matcher(hash).matches() ? hash : "";
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + HASH_FILE, e);
    }
  }
}

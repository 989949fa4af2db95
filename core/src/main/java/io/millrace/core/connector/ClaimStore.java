package io.millrace.core.connector;

import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.UUID;

/**
 * A directory for messages that are too large for a queue.
 *
 * <p><i>Threads:</i> any; blocks on the file system. <i>Source:</i> protocol specification, section
 * 10.
 */
public final class ClaimStore {
  private final String uri;
  private final Path directory;

  private ClaimStore(String uri, Path directory) {
    this.uri = uri;
    this.directory = directory;
  }

  static ClaimStore of(String text) {
    ConnectorUri uri =
        Addresses.parse("claim-check-storage", text, StandardErrorCode.CODEC_INVALID_CONFIG);
    if (!uri.scheme().equals("file") || !uri.host().isEmpty() || uri.path().length() < 2) {
      throw new CdcException(
          StandardErrorCode.CODEC_INVALID_CONFIG,
          "invalid claim-check-storage-uri '" + uri + "', it must be file:///directory");
    }
    return new ClaimStore("file://" + uri.path().replaceFirst("/+$", ""), Path.of(uri.path()));
  }

  /** Writes {@code {"key":..,"value":..}}, both in base64, and returns where it lies. */
  public String write(byte[] key, byte[] value) {
    return write("\"" + Base64.getEncoder().encodeToString(key) + "\"", value);
  }

  /** Writes a message without key; as {@link #write(byte[], byte[])}, or the bare value. */
  public String write(byte[] value, boolean raw) {
    return raw ? writeFile(value) : write("null", value);
  }

  private String write(String key, byte[] value) {
    String base64 = Base64.getEncoder().encodeToString(value);
    return writeFile(
        ("{\"key\":" + key + ",\"value\":\"" + base64 + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  private String writeFile(byte[] content) {
    String name = UUID.randomUUID() + ".json";
    try {
      Files.createDirectories(directory);
      try (FileChannel file =
          FileChannel.open(
              directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          file.write(rest);
        }
        file.force(true);
      }
      try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
        parent.force(true);
      }
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.FILE_SINK_FILE_OP,
          "cannot write a message that is too large in " + directory + ": " + e,
          e);
    }
    return uri + "/" + name;
  }
}

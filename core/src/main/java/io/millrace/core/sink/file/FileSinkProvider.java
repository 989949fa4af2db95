package io.millrace.core.sink.file;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.ColumnSelection;
import io.millrace.core.codec.Protocols;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

/**
 * Opens sinks that write files: {@code file:///directory?protocol=canal-json}.
 *
 * <p>Parameters: {@code protocol} ({@code canal-json}, the default, or {@code csv}), {@code
 * flush-interval} (50ms to 10m, default 5s), {@code file-size} (1 MiB to 512 MiB, default 64 MiB;
 * values outside are moved to the bound), {@code terminator}, {@code output-raw-change-event}
 * (default false: an update that changes a unique key becomes its delete and its insert), {@code
 * date-separator} ({@code day}, the default, {@code month}, {@code year} or {@code none}; of a
 * transaction's commit, in the node's zone), {@code file-index-digit} (6 to 20, which is the
 * default and taken for all others), {@code output-column-id} (default false), {@code
 * file-expiration-days} (default 0, never; files of days longer ago are removed with the first
 * checkpoint of a day), {@code worker-count}, {@code flush-concurrency} and {@code
 * enable-partition-separator} (checked, without effect), and those of the encoder.
 *
 * <p>Layout: {@code <schema>/<table>/<table version>/<date>/CDC<number>.json} (or {@code .csv}),
 * the names percent-encoded, the version the commit ts of the table's last schema change, else the
 * start ts. Numbers begin at 1 in each directory and ascend in write order. {@code metadata} holds
 * {@code {"checkpoint-ts":N}}. Names that begin with a point are the writers' own. A message ends
 * in CR LF. Schema changes have no message: they begin a new version, of which {@code
 * <schema>/<table>/meta/schema_<version>_<digest>.json} tells the statement and the columns, the
 * latter at the latest before the version's first row is published. {@code
 * <schema>/meta/schema_..json} tells statements on databases. Rows may repeat after a crash, none
 * is missing. There is no index file: nothing is ever written over.
 *
 * <p>Several captures may write one directory, each its own tables; see the package for how a
 * writer is fenced. Epochs are not claimed: a file system has no place to compare them at.
 *
 * <p><i>Source:</i> API v1, 4.2.3; protocol specification, 5.5.
 */
public final class FileSinkProvider implements SinkProvider {
  private final Protocols protocols;
  private final Ticker ticker;
  private final InstantSource clock;

  /**
   * Creates a provider.
   *
   * @param encoders by protocol name
   * @param ticker measures the flush interval
   * @param clock what encoders note as the time a message was made
   */
  public FileSinkProvider(
      Map<String, EncoderProvider> encoders, Ticker ticker, InstantSource clock) {
    this.protocols = new Protocols(encoders);
    this.ticker = ticker;
    this.clock = clock;
  }

  @Override
  public void validate(SinkRequest request) {
    encoder(FileSinkOptions.of(request), request);
    selection(request);
  }

  private static ColumnSelection selection(SinkRequest request) {
    return new ColumnSelection(request.config().columnSelectors());
  }

  @Override
  public boolean selectsColumns() {
    return true;
  }

  private EventEncoder encoder(FileSinkOptions options, SinkRequest request) {
    return protocols
        .of(options.protocol())
        .open(new EncoderRequest(options.encoderParams(), request.zone(), clock));
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    Path root = FileSinkOptions.of(request).root();
    try {
      Files.createDirectories(root);
      Path probe = Files.createFile(root.resolve(".probe," + UUID.randomUUID()));
      Path link = root.resolve(probe.getFileName() + ",link");
      try {
        Files.createLink(link, probe);
      } finally {
        Files.deleteIfExists(link);
        Files.deleteIfExists(probe);
      }
    } catch (UnsupportedOperationException e) {
      throw unusable(root, "its file system has no hard links, which publishing needs", e);
    } catch (IOException e) {
      throw unusable(root, reason(e), e);
    }
  }

  private static CdcException unusable(Path root, String reason, Exception cause) {
    return new CdcException(
        StandardErrorCode.FILE_SINK_CREATE_DIR,
        "cannot make and write files in " + root + ": " + reason,
        cause);
  }

  /** Returns what went wrong; a file system's exception alone says only where. */
  static String reason(IOException e) {
    boolean telling = e instanceof FileSystemException file && file.getReason() != null;
    return telling ? String.valueOf(e.getMessage()) : e.toString();
  }

  @Override
  public Sink open(SinkRequest request) {
    FileSinkOptions options = FileSinkOptions.of(request);
    EventEncoder encoder = encoder(options, request);
    Path root = options.root();
    try {
      Files.createDirectories(root);
      Path parent = root.getParent();
      if (parent != null && Files.isReadable(parent)) {
        FileLayout.sync(parent);
      }
      WriterDirectory writer =
          WriterDirectory.create(root, request.incarnation(), request.capture());
      return new FileSink(options, request.startTs(), writer, encoder, selection(request), ticker);
    } catch (IOException e) {
      throw unusable(root, reason(e), e);
    }
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    Path root = FileSinkOptions.of(request).root();
    try {
      WriterDirectory.fence(root, request.incarnation(), gone);
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.FILE_SINK_FILE_OP,
          "cannot fence capture " + gone + " in " + root + ": " + reason(e),
          e);
    }
  }
}

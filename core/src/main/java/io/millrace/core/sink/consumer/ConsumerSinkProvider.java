package io.millrace.core.sink.consumer;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.connector.Params;
import io.millrace.core.worker.Threads;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Opens sinks that call an embedder's callback: {@code consumer://name}.
 *
 * <p>Parameter: {@code max-pending-bytes} (default 32 MiB), how much of ended transactions may be
 * handed over and not acknowledged before the changefeed waits.
 */
public final class ConsumerSinkProvider implements SinkProvider {
  private static final long DEFAULT_PENDING_BYTES = 32L << 20;

  private final Map<String, ChangeConsumer> consumers;
  private final Map<String, DataSource> databases;
  private final Threads threads;
  private final boolean inCallersThread;

  /**
   * Creates a provider whose sinks call back on threads of their own.
   *
   * @param consumers by name
   */
  public ConsumerSinkProvider(Map<String, ChangeConsumer> consumers) {
    this(consumers, Map.of(), new Threads(), false);
  }

  /**
   * Creates a provider.
   *
   * @param consumers by name
   * @param databases of those that acknowledge in transactions of their own, by their names
   * @param threads gives each sink one
   */
  public ConsumerSinkProvider(
      Map<String, ChangeConsumer> consumers, Map<String, DataSource> databases, Threads threads) {
    this(consumers, databases, threads, false);
  }

  private ConsumerSinkProvider(
      Map<String, ChangeConsumer> consumers,
      Map<String, DataSource> databases,
      Threads threads,
      boolean inCallersThread) {
    this.consumers = Map.copyOf(consumers);
    this.databases = Map.copyOf(databases);
    this.threads = threads;
    this.inCallersThread = inCallersThread;
  }

  /** Returns a provider whose sinks call back in the thread that writes. */
  public static ConsumerSinkProvider inCallersThread(Map<String, ChangeConsumer> consumers) {
    return new ConsumerSinkProvider(consumers, Map.of(), new Threads(), true);
  }

  @Override
  public void validate(SinkRequest request) {
    consumer(request);
    pendingBytes(request);
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    consumer(request);
    progress(request).ifPresent(ProgressTable::prepare);
  }

  @Override
  public Sink open(SinkRequest request) {
    Optional<ProgressTable> progress = progress(request);
    progress.ifPresent(ProgressTable::prepare);
    return new ConsumerSink(
        request.changefeed().toString(),
        name(request),
        consumer(request),
        pendingBytes(request),
        inCallersThread,
        threads,
        progress.map(TakenTables::new));
  }

  private Optional<ProgressTable> progress(SinkRequest request) {
    String name = name(request);
    return Optional.ofNullable(databases.get(name))
        .map(database -> new ProgressTable(database, request, name));
  }

  private static String name(SinkRequest request) {
    String host = request.uri().host();
    return host.isEmpty() ? request.uri().path() : host;
  }

  private ChangeConsumer consumer(SinkRequest request) {
    String name = name(request);
    ChangeConsumer consumer = consumers.get(name);
    if (consumer == null) {
      throw new CdcException(
          StandardErrorCode.CONSUMER_NOT_EXISTS,
          "no consumer '"
              + name
              + "' was given to this node's builder; it has "
              + (consumers.isEmpty()
                  ? "none"
                  : String.join(", ", consumers.keySet().stream().sorted().toList())));
    }
    return consumer;
  }

  private static long pendingBytes(SinkRequest request) {
    return new Params(request.uri().params(), StandardErrorCode.SINK_INVALID_CONFIG)
        .number("max-pending-bytes", DEFAULT_PENDING_BYTES, 1, Long.MAX_VALUE);
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    // The callback lives and dies with its process; its database is fenced table by table.
  }
}

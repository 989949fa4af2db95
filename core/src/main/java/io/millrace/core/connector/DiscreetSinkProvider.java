package io.millrace.core.connector;

import static com.google.common.base.Throwables.getStackTraceAsString;

import io.millrace.api.CaptureId;
import io.millrace.api.CdcException;
import io.millrace.api.Secret;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.api.snapshot.SqlSnapshot;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sink whose exceptions do not tell the secrets of its address, whatever the connector or its
 * client writes into them: they are shown, stored and logged.
 */
public final class DiscreetSinkProvider implements SinkProvider {
  private final SinkProvider provider;

  /** Creates a provider that asks another one. */
  public DiscreetSinkProvider(SinkProvider provider) {
    this.provider = provider;
  }

  @Override
  public void validate(SinkRequest request) {
    discreet(request, () -> provider.validate(request));
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    discreet(request, () -> provider.dial(request, limit));
  }

  @Override
  public Sink open(SinkRequest request) {
    return new Discreet(request, discreet(request, () -> provider.open(request)));
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    discreet(request, () -> provider.fence(request, gone));
  }

  @Override
  public Optional<Supplier<SqlSnapshot>> snapshots(SinkRequest request) {
    return discreet(request, () -> provider.snapshots(request))
        .map(open -> () -> discreet(request, open));
  }

  @Override
  public void forget(SinkRequest request) {
    discreet(request, () -> provider.forget(request));
  }

  @Override
  public boolean selectsColumns() {
    return provider.selectsColumns();
  }

  private static void discreet(SinkRequest request, Runnable call) {
    discreet(
        request,
        () -> {
          call.run();
          return Optional.empty();
        });
  }

  private static <T> T discreet(SinkRequest request, Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw redacted(request, e);
    }
  }

  private static RuntimeException redacted(SinkRequest request, RuntimeException error) {
    Set<Secret> secrets = new HashSet<>(request.uri().secrets());
    secrets.addAll(request.config().secrets());
    String trace = getStackTraceAsString(error);
    return Secret.redact(trace, secrets).equals(trace) ? error : redacted(error, secrets);
  }

  private static RuntimeException redacted(Throwable error, Set<Secret> secrets) {
    Throwable cause = error.getCause();
    RuntimeException told = cause == null ? null : redacted(cause, secrets);
    RuntimeException copy =
        error instanceof CdcException cdc
            ? of(cdc, Secret.redact(String.valueOf(cdc.getMessage()), secrets), told)
            : new IllegalStateException(Secret.redact(error.toString(), secrets), told);
    copy.setStackTrace(error.getStackTrace());
    return copy;
  }

  private static CdcException of(CdcException error, String message, @Nullable Throwable cause) {
    return cause == null
        ? new CdcException(error.code(), message)
        : new CdcException(error.code(), message, cause);
  }

  /** A sink that says no more than it may. */
  private record Discreet(SinkRequest request, Sink sink) implements Sink {
    @Override
    public void write(RowBatch batch) {
      try {
        sink.write(batch);
      } catch (RuntimeException e) {
        throw redacted(request, e);
      }
    }

    @Override
    public Optional<Durable> flush(Resolved resolved) {
      return discreet(request, () -> sink.flush(resolved));
    }

    @Override
    public void write(SchemaChange change) {
      discreet(request, () -> sink.write(change));
    }

    @Override
    public void checkpoint(Tso ts, Set<TableName> tables) {
      discreet(request, () -> sink.checkpoint(ts, tables));
    }

    @Override
    public void close() {
      discreet(request, sink::close);
    }
  }
}

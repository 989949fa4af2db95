package io.millrace.testkit;

import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.JdkHttpTransport;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server of API v1 on a free port of the loopback interface, for tests of its clients. It works
 * by itself, its clock as fast as the real one, unless {@link #manual} leaves the steps to the
 * test.
 *
 * <pre>{@code
 * @RegisterExtension final CdcServerExtension server = new CdcServerExtension();
 * }</pre>
 *
 * <p>Without JUnit's engine, {@code try (CdcServerExtension server = CdcServerExtension.open())}.
 *
 * <p><i>Threads:</i> any.
 */
public final class CdcServerExtension extends CdcFixture {
  private static final Duration BETWEEN_STEPS = Duration.ofMillis(2);
  private static final Duration LONGEST_STEP = Duration.ofMillis(200);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private boolean manual;
  private volatile @Nullable JdkHttpTransport http;
  private @Nullable Thread stepper;
  private boolean ending;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /** Creates a server that begins to listen before each test, or when it is first used. */
  public CdcServerExtension() {
    super(1);
  }

  /** Returns a server that listens. */
  public static CdcServerExtension open() {
    CdcServerExtension server = new CdcServerExtension();
    server.listen();
    return server;
  }

  /** Leaves time and steps to the test: {@link #runUntilIdle} and {@link #advance}. */
  public CdcServerExtension manual() {
    manual = true;
    return this;
  }

  /** Returns the address of the server, without a path: {@code http://127.0.0.1:port}. */
  public URI uri() {
    if (http == null) {
      listen();
    }
    return URI.create("http://" + address());
  }

  private synchronized void listen() {
    if (http == null) {
      http = JdkHttpTransport.builder().port(0).metrics().page().bind();
      service();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    super.beforeEach(context);
    listen();
  }

  @Override
  String address() {
    return transport().hostAndPort();
  }

  private JdkHttpTransport transport() {
    JdkHttpTransport bound = http;
    if (bound == null) {
      throw new IllegalStateException("it does not listen yet");
    }
    return bound;
  }

  @Override
  boolean isStepped() {
    return manual;
  }

  @Override
  void begun(CdcService service) {
    transport().serve(service);
    if (!manual && stepper == null) {
      Thread thread = new Thread(this::stepOn, "millrace-testkit-stepper");
      thread.setDaemon(true);
      thread.start();
      stepper = thread;
    }
  }

  private void stepOn() {
    long last = System.nanoTime();
    try {
      synchronized (this) {
        while (!ending) {
          long now = System.nanoTime();
          clock().advance(Duration.ofNanos(Math.min(now - last, LONGEST_STEP.toNanos())));
          last = now;
          rest();
          wait(BETWEEN_STEPS.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  /**
   * Closes server and service.
   *
   * @throws AssertionError as {@link CdcFixture#close}, or if the steps broke off
   */
  @Override
  public void close() {
    Thread working;
    synchronized (this) {
      ending = true;
      notifyAll();
      working = stepper;
    }
    try {
      if (working != null) {
        sink().release();
        working.join(CLOSE_LIMIT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      super.close();
    } finally {
      JdkHttpTransport bound = http;
      if (bound != null) {
        bound.close();
      }
    }
    failure.ifPresent(
        met -> {
          throw new AssertionError("the steps broke off", met);
        });
  }
}

package io.millrace.transport.jdkhttp;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;

import io.millrace.api.CaptureId;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server all of whose workers are held by calls that take long. */
@Timeout(60)
class BusyServerTest {
  /** A downstream that is reached when it is let. */
  private static final class Stuck implements SinkProvider {
    private final CountDownLatch dialled = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @Override
    public void validate(SinkRequest request) {}

    @Override
    public void dial(SinkRequest request, Duration limit) {
      dialled.countDown();
      await(go);
    }

    @Override
    public Sink open(SinkRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void fence(SinkRequest request, CaptureId gone) {}
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not in time");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void saysThatItIsBusyAndInterruptsNoCall() throws Exception {
    Stuck stuck = new Stuck();
    try (LiveServer server =
        LiveServer.start(
            http -> http.threads(1).deadline(Duration.ofMillis(300)),
            service -> service.sink("stuck", stuck))) {
      String body = "{\"changefeed_id\":\"stuck\",\"sink_uri\":\"stuck://\"}";
      CompletableFuture<HttpResponse<String>> create =
          CompletableFuture.supplyAsync(() -> server.post("/changefeeds", body));
      await(stuck.dialled);
      assertError(server.get("/health"), 503, "ErrServerIsNotReady", "cdc server is not ready: ");
      stuck.go.countDown();
      assertEmpty(create.get(), 202);
      assertEmpty(server.get("/health"), 200);
    }
  }
}

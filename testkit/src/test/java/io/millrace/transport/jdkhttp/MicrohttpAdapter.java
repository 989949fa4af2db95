package io.millrace.transport.jdkhttp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.v1.ApiV1;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.microhttp.EventLoop;
import org.microhttp.Header;
import org.microhttp.NoopLogger;
import org.microhttp.Options;
import org.microhttp.Request;
import org.microhttp.Response;

/** API v1 on another HTTP server than the JDK's: all that it takes. */
final class MicrohttpAdapter implements AutoCloseable {
  private final ExecutorService calls = Executors.newFixedThreadPool(4);
  private final ApiV1 api;
  private final EventLoop loop;

  MicrohttpAdapter(CdcService service) throws IOException {
    api = new ApiV1(service);
    Options options = Options.builder().withHost("127.0.0.1").withPort(0).build();
    // a call may block, which the server's own threads must not
    loop =
        new EventLoop(
            options,
            NoopLogger.instance(),
            (request, answer) -> calls.execute(() -> handle(request, answer)));
    loop.start();
  }

  int port() throws IOException {
    return loop.getPort();
  }

  private void handle(Request request, Consumer<Response> answer) {
    io.millrace.transport.jdkhttp.route.Response response =
        api.handle(
            new io.millrace.transport.jdkhttp.route.Request(
                request.method(), request.uri(), new String(request.body(), UTF_8)));
    List<Header> headers =
        response.headers().entrySet().stream()
            .map(header -> new Header(header.getKey(), header.getValue()))
            .toList();
    answer.accept(new Response(response.status(), "", headers, response.body().getBytes(UTF_8)));
  }

  @Override
  public void close() {
    loop.stop();
    calls.shutdown();
  }
}

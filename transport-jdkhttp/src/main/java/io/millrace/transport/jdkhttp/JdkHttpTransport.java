package io.millrace.transport.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.v1.ApiV1;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

/**
 * API v1 on the JDK's HTTP server: bind, serve, close.
 *
 * <p>Bound first, so that the service can be built with the address; until {@link #serve} every
 * request is answered with 503:
 *
 * <pre>{@code
 * try (var http = JdkHttpTransport.builder().port(8300).bind();
 *     var service = CdcService.builder().upstream(uri).address(http.hostAndPort()).build()) {
 *   service.start();
 *   http.serve(service);
 *   ...
 * }
 * }</pre>
 *
 * <p>A client that sends its request, or takes its answer, slower than the deadline is cut off; a
 * call of the service is never interrupted. Binding sets the system property {@code
 * sun.net.httpserver.nodelay} where it is absent: without it each small answer on a kept connection
 * waits 40 ms. Other properties of that server are left to the embedding application.
 *
 * <p><i>Threads:</i> any; requests are served on daemon threads of its own.
 */
public final class JdkHttpTransport implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JdkHttpTransport.class.getName());
  private static final int BACKLOG = 0;
  private static final int BODY_LIMIT = 4 << 20;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final HttpServer server;
  private final ExchangePool pool;
  private final InFlight inFlight = new InFlight();
  private volatile Function<Request, Response> api = request -> ApiV1.notReady();

  private JdkHttpTransport(HttpServer server, ExchangePool pool) {
    this.server = server;
    this.pool = pool;
  }

  /** Returns a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the address bound, with the port that was chosen where 0 was asked for. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Returns the address bound as {@code host:port}, an IPv6 host in brackets. */
  public String hostAndPort() {
    String host = address().getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address().getPort();
  }

  /** Answers requests with a service from now on. */
  public void serve(CdcService service) {
    api = new ApiV1(service)::handle;
  }

  /** Stops to answer, at the latest 2 s after the call. Calling it again does nothing. */
  @Override
  public void close() {
    inFlight.end(CLOSE_LIMIT);
    server.stop(0);
    pool.close();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      if (!inFlight.enter()) {
        return;
      }
      try {
        answer(exchange);
      } finally {
        inFlight.leave();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "connection lost", e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    Response response;
    try {
      byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT + 1);
      if (body.length > BODY_LIMIT) {
        response = ApiV1.tooLarge(BODY_LIMIT).with("Connection", "close");
      } else {
        Request request =
            new Request(
                exchange.getRequestMethod(),
                target(exchange.getRequestURI()),
                new String(body, StandardCharsets.UTF_8));
        response = pool.withoutDeadline(() -> api.apply(request));
      }
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(System.Logger.Level.ERROR, "request failed", e);
      response = ApiV1.internalError();
    }
    send(exchange, response);
  }

  /** Returns path and query as the request line has them; {@code //x/y} is a path, not a host. */
  private static String target(URI uri) {
    if (!uri.isAbsolute()) {
      return uri.toString();
    }
    String query = uri.getRawQuery();
    return uri.getRawPath() + (query == null ? "" : "?" + query);
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    response.headers().forEach(exchange.getResponseHeaders()::set);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] body = head ? new byte[0] : response.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  /** Puts a transport together. <i>Threads:</i> one. */
  public static final class Builder {
    private InetAddress host = InetAddress.getLoopbackAddress();
    private int port = 8300;
    private int threads = 32;
    private Duration deadline = Duration.ofSeconds(30);

    private Builder() {}

    /** Sets the address to listen on; default loopback. */
    public Builder host(InetAddress value) {
      host = value;
      return this;
    }

    /** Sets the port; 0 takes a free one. Default 8300. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Sets how many requests are served at once, from 1; default 32. Others wait. */
    public Builder threads(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("threads: " + most);
      }
      threads = most;
      return this;
    }

    /** Sets how long sending a request, or taking its answer, may last; default 30 s. */
    public Builder deadline(Duration limit) {
      deadline = limit;
      return this;
    }

    /**
     * Listens.
     *
     * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} if the address cannot be
     *     had, for instance because the port is in use
     */
    public JdkHttpTransport bind() {
      System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
      HttpServer server;
      try {
        server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
      } catch (IOException e) {
        throw new CdcException(
            StandardErrorCode.API_INVALID_PARAM,
            "cannot listen on %s port %d: %s; choose another address"
                .formatted(host.getHostAddress(), port, e.getMessage()),
            e);
      }
      ExchangePool pool = new ExchangePool(threads, deadline);
      JdkHttpTransport transport = new JdkHttpTransport(server, pool);
      server.createContext("/", transport::handle);
      server.setExecutor(pool);
      server.start();
      return transport;
    }
  }
}

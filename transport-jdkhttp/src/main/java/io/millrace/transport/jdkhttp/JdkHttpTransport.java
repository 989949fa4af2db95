package io.millrace.transport.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.CdcService;
import io.millrace.transport.jdkhttp.guard.Credentials;
import io.millrace.transport.jdkhttp.guard.Guard;
import io.millrace.transport.jdkhttp.guard.Tls;
import io.millrace.transport.jdkhttp.guard.TlsFiles;
import io.millrace.transport.jdkhttp.metrics.MetricsRoutes;
import io.millrace.transport.jdkhttp.page.PageRoutes;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.route.Route;
import io.millrace.transport.jdkhttp.v1.ApiV1;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;

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
 * call of the service is never interrupted. What a browser sends on behalf of another site is
 * refused, and so is a {@code Host} that is neither an address, nor localhost, nor a name given to
 * {@link Builder#name}. A body may have 4 MiB, path and query 8 KiB, header fields 64 KiB.
 *
 * <p>Binding sets the system property {@code sun.net.httpserver.nodelay} where it is absent:
 * without it each small answer on a kept connection waits 40 ms. Other properties of that server
 * are left to the embedding application.
 *
 * <p><i>Threads:</i> any; requests are served on daemon threads of its own.
 */
public final class JdkHttpTransport implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JdkHttpTransport.class.getName());
  private static final int BACKLOG = 0;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final HttpServer server;
  private final ExchangePool pool;
  private final Guard guard;
  private final boolean withMetrics;
  private final boolean withPage;
  private final RequestReader reader = new RequestReader();
  private final InFlight inFlight = new InFlight();
  private volatile Function<Request, Response> api = request -> ApiV1.notReady();

  private JdkHttpTransport(HttpServer server, ExchangePool pool, Builder given) {
    this.server = server;
    this.pool = pool;
    guard = new Guard(given.names, given.credentials);
    withMetrics = given.metrics;
    withPage = given.page;
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
    List<Route> beside = new ArrayList<>();
    if (withMetrics) {
      beside.addAll(new MetricsRoutes(service).routes());
    }
    if (withPage) {
      beside.addAll(PageRoutes.routes());
    }
    ApiV1 all = new ApiV1(service, beside);
    api = request -> all.handle(request, guard::check);
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
      response =
          reader.answer(
              exchange,
              request -> pool.withoutDeadline(() -> api.apply(request)).orElseGet(ApiV1::busy));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(System.Logger.Level.ERROR, "request failed", e);
      response = ApiV1.internalError();
    }
    send(exchange, response);
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
    private int clients = 1000;
    private Duration deadline = Duration.ofSeconds(30);
    private final Set<String> names = new HashSet<>();
    private Optional<Supplier<Credentials>> credentials = Optional.empty();
    private Optional<TlsFiles> tls = Optional.empty();
    private boolean metrics;
    private boolean page;

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

    /**
     * Sets how many requests are worked on at once, from 1; default 32. Others wait, for 4 s at
     * most, then the answer is 503.
     */
    public Builder threads(int most) {
      threads = positive("threads", most);
      return this;
    }

    /**
     * Sets how many clients may be sending a request, or taking an answer, at once, from 1; default
     * 1000. Each holds a thread; the connections of more are reset.
     */
    public Builder clients(int most) {
      clients = positive("clients", most);
      return this;
    }

    private static int positive(String what, int number) {
      if (number < 1) {
        throw new IllegalArgumentException(what + ": " + number);
      }
      return number;
    }

    /** Adds a host name by which clients reach the server; addresses and localhost need none. */
    public Builder name(String host) {
      names.add(host);
      return this;
    }

    /** Has callers prove who they are; without, whoever reaches the server may do everything. */
    public Builder credentials(Credentials value) {
      return credentials(() -> value);
    }

    /**
     * Has callers prove who they are; the credentials are asked for at each request, by several
     * threads at once, so they may change.
     */
    public Builder credentials(Supplier<Credentials> current) {
      credentials = Optional.of(current);
      return this;
    }

    /** Has the server speak TLS, and ask for certificates of clients where it is to know them. */
    public Builder tls(TlsFiles files) {
      tls = Optional.of(files);
      return this;
    }

    /**
     * Serves {@code /metrics} in Prometheus' text format; needs {@code
     * io.prometheus:prometheus-metrics-exposition-textformats}.
     *
     * @throws CdcException {@link StandardErrorCode#CONNECTOR_MISSING} if that is missing
     */
    public Builder metrics() {
      MetricsRoutes.requireLibrary();
      metrics = true;
      return this;
    }

    /** Serves a status page at {@code /}. */
    public Builder page() {
      page = true;
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
     *     had, for instance because the port is in use, or a TLS file is of no use
     */
    public JdkHttpTransport bind() {
      System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
      HttpServer server;
      Optional<HttpsConfigurator> https = tls.map(Builder::https);
      try {
        server = create(https);
      } catch (IOException e) {
        throw new CdcException(
            StandardErrorCode.API_INVALID_PARAM,
            "cannot listen on %s port %d: %s; choose another address"
                .formatted(host.getHostAddress(), port, e.getMessage()),
            e);
      }
      ExchangePool pool = new ExchangePool(clients, threads, deadline);
      JdkHttpTransport transport = new JdkHttpTransport(server, pool, this);
      server.createContext("/", transport::handle);
      server.setExecutor(pool);
      server.start();
      return transport;
    }

    private HttpServer create(Optional<HttpsConfigurator> https) throws IOException {
      InetSocketAddress at = new InetSocketAddress(host, port);
      if (https.isEmpty()) {
        return HttpServer.create(at, BACKLOG);
      }
      HttpsServer server = HttpsServer.create(at, BACKLOG);
      server.setHttpsConfigurator(https.get());
      return server;
    }

    private static HttpsConfigurator https(TlsFiles files) {
      return new HttpsConfigurator(Tls.context(files)) {
        @Override
        public void configure(HttpsParameters its) {
          SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
          wanted.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
          wanted.setNeedClientAuth(files.ca().isPresent());
          its.setSSLParameters(wanted);
        }
      };
    }
  }
}

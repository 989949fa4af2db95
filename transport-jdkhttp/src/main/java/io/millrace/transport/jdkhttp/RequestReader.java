package io.millrace.transport.jdkhttp;

import com.sun.net.httpserver.HttpExchange;
import io.millrace.transport.jdkhttp.route.Request;
import io.millrace.transport.jdkhttp.route.Response;
import io.millrace.transport.jdkhttp.v1.ApiV1;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Takes requests in, each no larger than is allowed. Only a few large bodies are in memory at once,
 * the others wait unread: so a thousand slow clients together hold no more than 128 MiB.
 */
final class RequestReader {
  private static final int TARGET_LIMIT = 8 << 10;
  private static final int HEADER_LIMIT = 64 << 10;
  private static final int BODY_LIMIT = 4 << 20;
  private static final int SMALL_BODY = 64 << 10;
  private static final int LARGE_AT_ONCE = 16;

  private final Semaphore large = new Semaphore(LARGE_AT_ONCE);

  /**
   * Returns what a handler answers to an exchange's request, or a refusal.
   *
   * @throws IOException if the client is lost, or cut off by an interrupt
   */
  Response answer(HttpExchange exchange, Function<Request, Response> handler) throws IOException {
    String target = target(exchange.getRequestURI());
    if (target.length() > TARGET_LIMIT) {
      return refusal(414, "path and query", TARGET_LIMIT);
    }
    Map<String, String> headers = headers(exchange);
    int size =
        headers.entrySet().stream()
            .mapToInt(each -> each.getKey().length() + each.getValue().length())
            .sum();
    if (size > HEADER_LIMIT) {
      return refusal(431, "all header fields", HEADER_LIMIT);
    }
    Function<byte[], Response> answered =
        body ->
            handler.apply(
                new Request(
                    exchange.getRequestMethod(),
                    target,
                    headers,
                    new String(body, StandardCharsets.UTF_8)));
    InputStream in = exchange.getRequestBody();
    byte[] begin = in.readNBytes(SMALL_BODY);
    if (begin.length == SMALL_BODY) {
      return answerLarge(begin, in, headers, answered);
    }
    checkComplete(begin.length, headers);
    return answered.apply(begin);
  }

  /** Refuses what a client that went away has left: it may look like a whole request. */
  private static void checkComplete(int length, Map<String, String> headers) throws IOException {
    String announced = headers.get("content-length");
    if (announced != null && Long.parseLong(announced.strip()) > length) {
      throw new EOFException("the body ended after " + length + " bytes");
    }
  }

  private Response answerLarge(
      byte[] begin,
      InputStream in,
      Map<String, String> headers,
      Function<byte[], Response> answered)
      throws IOException {
    try {
      large.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException cutOff = new InterruptedIOException("too many large bodies at once");
      cutOff.initCause(e);
      throw cutOff;
    }
    try {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(begin);
      body.write(in.readNBytes(BODY_LIMIT + 1 - begin.length));
      if (body.size() > BODY_LIMIT) {
        return refusal(413, "the body", BODY_LIMIT);
      }
      checkComplete(body.size(), headers);
      return answered.apply(body.toByteArray());
    } finally {
      large.release();
    }
  }

  private static Response refusal(int status, String what, int most) {
    return ApiV1.tooLarge(status, what, most).with("Connection", "close");
  }

  /** Returns path and query as the request line has them; {@code //x/y} is a path, not a host. */
  private static String target(URI uri) {
    if (!uri.isAbsolute()) {
      return uri.toString();
    }
    String query = uri.getRawQuery();
    return uri.getRawPath() + (query == null ? "" : "?" + query);
  }

  private static Map<String, String> headers(HttpExchange exchange) {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    return headers;
  }
}

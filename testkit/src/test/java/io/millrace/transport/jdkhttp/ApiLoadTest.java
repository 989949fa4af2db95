package io.millrace.transport.jdkhttp;

import static com.google.common.base.Ticker.systemTicker;
import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.Resolved;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.core.meta.Keys;
import io.millrace.core.meta.SpecRecord;
import io.millrace.core.meta.StoredJson;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.source.ScriptedSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Reads of an API with 1,000 changefeeds in its store, 20 of them at work, beside a bare server of
 * the JDK that answers with the same bytes, both asked in turn by the same clients in one run.
 *
 * <p>Prints throughput and latency; in full (scale 10) each round is ten times as long.
 */
@Timeout(300)
class ApiLoadTest {
  private static final int FEEDS = 1000;
  private static final int AT_WORK = 20;
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 3;
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final Keys KEYS = new Keys("default");

  /** What one round of requests took. */
  private record Measured(double perSecond, double medianMillis, double p99Millis) {}

  /** Writes the changefeeds into the store, as another capture's API would have. */
  private static void store(MetaStore store, ScriptedSource source) {
    for (int i = 0; i < FEEDS; i++) {
      ChangefeedId id = new ChangefeedId("feed%04d".formatted(i));
      ChangefeedSpec spec =
          ChangefeedSpec.builder("recording://")
              .id(id.value())
              .startTs(source.now().ts())
              .filterRules(List.of("test.t" + i, "test.s*", "!test.x"))
              .build();
      SpecRecord record =
          new SpecRecord(
              spec,
              id.value(),
              i < AT_WORK ? SpecRecord.Wish.RUNNING : SpecRecord.Wish.STOPPED,
              1,
              new Resolved(source.now().ts(), source.now().end()),
              Instant.now(),
              "v1.2.3");
      store.commit(
          new Txn(List.of(), List.of(new Op.Put(KEYS.spec(id), StoredJson.write(record)))));
    }
  }

  /** Asks again and again over one connection; returns how long each answer took, in ns. */
  private static long[] ask(int port, String path, int times) throws IOException {
    byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1);
    long[] took = new long[times];
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      for (int i = 0; i < times; i++) {
        long begin = System.nanoTime();
        socket.getOutputStream().write(request);
        in.skipNBytes(contentLength(in));
        took[i] = System.nanoTime() - begin;
      }
    }
    return took;
  }

  private static int contentLength(InputStream in) throws IOException {
    int length = -1;
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b != '\n') {
        line.append((char) b);
        continue;
      }
      String header = line.toString().strip();
      if (header.isEmpty()) {
        return length;
      }
      if (header.startsWith("HTTP/")) {
        assertThat(header).startsWith("HTTP/1.1 200");
      } else if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      line.setLength(0);
    }
    throw new IOException("the connection ended");
  }

  private static Measured round(ExecutorService pool, int port, String path, int times)
      throws Exception {
    Callable<long[]> client = () -> ask(port, path, times);
    long begin = System.nanoTime();
    List<Future<long[]>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(pool.submit(client));
    }
    long[] all = new long[CLIENTS * times];
    for (int i = 0; i < CLIENTS; i++) {
      System.arraycopy(clients.get(i).get(120, TimeUnit.SECONDS), 0, all, i * times, times);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    Arrays.sort(all);
    return new Measured(
        all.length / seconds, all[all.length / 2] / 1e6, all[all.length * 99 / 100] / 1e6);
  }

  private static Measured median(List<Measured> rounds) {
    return rounds.stream()
        .sorted((a, b) -> Double.compare(a.perSecond(), b.perSecond()))
        .toList()
        .get(rounds.size() / 2);
  }

  /** Measures a path beside the bare server. */
  private static void compare(LiveServer server, String path, int times) throws Exception {
    byte[] constant = server.get(path).body().getBytes(ISO_8859_1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    HttpServer bare =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      bare.setExecutor(threads);
      bare.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.sendResponseHeaders(200, constant.length);
            exchange.getResponseBody().write(constant);
            exchange.close();
          });
      bare.start();
      List<Measured> ours = new ArrayList<>();
      List<Measured> theirs = new ArrayList<>();
      round(clients, server.http().address().getPort(), "/api/v1" + path, times);
      round(clients, bare.getAddress().getPort(), "/", times);
      for (int i = 0; i < ROUNDS; i++) {
        ours.add(round(clients, server.http().address().getPort(), "/api/v1" + path, times));
        theirs.add(round(clients, bare.getAddress().getPort(), "/", times));
      }
      Measured mine = median(ours);
      Measured its = median(theirs);
      System.out.printf(
          "api load: %s %d bytes: %.0f/s median %.2f ms p99 %.2f ms;"
              + " bare server: %.0f/s median %.2f ms p99 %.2f ms; ratio %.3f%n",
          path,
          constant.length,
          mine.perSecond(),
          mine.medianMillis(),
          mine.p99Millis(),
          its.perSecond(),
          its.medianMillis(),
          its.p99Millis(),
          mine.perSecond() / its.perSecond());
      assertThat(mine.p99Millis()).isLessThan(1000);
    } finally {
      bare.stop(0);
      threads.shutdownNow();
      clients.shutdownNow();
    }
  }

  @Test
  void answersBesideABareServer() throws Exception {
    MemoryStore memory = new MemoryStore(systemTicker());
    ScriptedSource source = new ScriptedSource(100, InstantSource.system());
    for (int i = 0; i < AT_WORK; i++) {
      source.add(new TableName("test", "t" + i));
    }
    store(memory.open(), source);
    try (LiveServer server = LiveServer.start(source, new RecordingSink(), uri -> memory.open())) {
      server.until(
          () -> server.get("/changefeeds?state=stopped"),
          answer -> json(answer).size() == FEEDS - AT_WORK);
      Tso now = source.now().ts();
      server.until(
          () -> server.get("/changefeeds/feed0000"),
          answer -> Tso.parse(json(answer).get("checkpoint_tso").asText()).compareTo(now) > 0);
      assertEmpty(server.get("/health"), 200);
      compare(server, "/changefeeds?state=all", 100 * SCALE);
      compare(server, "/changefeeds/feed0500", 1000 * SCALE);
    }
  }
}

package io.millrace.transport.jdkhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that are valid but for a few bytes, and requests that are not requests at all. A failure
 * prints the request; the seed is fixed, so it comes again.
 */
@Timeout(1200)
class RandomRequestsTest {
  private static final System.Logger LOG = System.getLogger(RandomRequestsTest.class.getName());
  private static final int REQUESTS = 10_000 * Integer.getInteger("millrace.scale", 1);
  private static final int WARM_UP = 500;
  private static final long SEED = 20_261_127;
  private static final Duration SLOWEST = Duration.ofSeconds(1);
  private static final Duration SETTLED = Duration.ofSeconds(40);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  private final RandomRequest requests = new RandomRequest(random);
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  @Test
  void noneFailsHangsOrLeavesAnythingBehind() throws IOException {
    try (LiveServer server = LiveServer.start(http -> http.deadline(Duration.ofSeconds(5)))) {
      ask(server, WARM_UP);
      int threads = settled(Integer.MAX_VALUE, ManagementFactory.getThreadMXBean()::getThreadCount);
      int files = settled(Integer.MAX_VALUE, RandomRequestsTest::openFiles);
      Duration slowest = ask(server, REQUESTS);
      LOG.log(
          System.Logger.Level.INFO,
          "{0} random requests, seed {1}: statuses {2}, slowest {3} ms",
          REQUESTS,
          Long.toString(SEED),
          statuses,
          slowest.toMillis());
      assertThat(statuses).doesNotContainKey(500).containsKeys(200, 202, 400, 404);
      assertThat(slowest).isLessThan(SLOWEST);
      server.until(() -> server.get("/health"), answer -> answer.statusCode() == 200);
      assertThat(settled(files, RandomRequestsTest::openFiles)).isLessThanOrEqualTo(files);
      assertThat(settled(threads, ManagementFactory.getThreadMXBean()::getThreadCount))
          .isLessThanOrEqualTo(threads);
    }
  }

  private static int openFiles() {
    return (int)
        ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getOpenFileDescriptorCount();
  }

  private interface Count {
    int now();
  }

  /** Returns a count once it is at most as wanted, or as it is after a while. */
  private static int settled(int wanted, Count count) {
    long end = System.nanoTime() + SETTLED.toNanos();
    int now = count.now();
    while (now > wanted && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      now = count.now();
    }
    return now;
  }

  private Duration ask(LiveServer server, int many) throws IOException {
    Duration slowest = Duration.ZERO;
    try (RawClient client = new RawClient(server.http().address())) {
      for (int i = 0; i < many; i++) {
        byte[] request = requests.next();
        long begin = System.nanoTime();
        int status = client.ask(request, requests.isWellFramed());
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        statuses.merge(status, 1, Integer::sum);
        assertThat(status).as(() -> new String(request, ISO_8859_1)).isNotEqualTo(500);
        slowest = taken.compareTo(slowest) > 0 ? taken : slowest;
        client.location().ifPresent(feed -> server.send("DELETE", feed, ""));
      }
    }
    return slowest;
  }
}

package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Fails where time, chance or threads are taken from the JDK instead of being handed in.
 *
 * <p>It reads the method references in each class file's table of constants, so a call, a method
 * reference and a subclass of {@link Thread} all show.
 */
class ForbiddenCallsTest {
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "= (?:Interface)?Methodref .*// *("
              + "java/time/Instant\\.now"
              + "|java/lang/System\\.(?:currentTimeMillis|nanoTime)"
              + "|java/lang/Thread\\.(?:sleep|\"<init>\")"
              + "|java/util/concurrent/Executors\\.\\w+"
              + "|java/util/concurrent/(?:Scheduled)?ThreadPoolExecutor\\.\"<init>\""
              + "|java/util/concurrent/CompletableFuture\\.(?:supply|run)Async"
              + "|java/util/Random\\.\"<init>\""
              + "|java/util/concurrent/ThreadLocalRandom\\.current"
              + "|java/lang/Math\\.random"
              + "|java/util/UUID\\.randomUUID"
              + "):.*");

  /**
   * Where such calls belong: the rooms that make clocks and threads for all others, the connectors
   * (which block on sockets, files and databases) with the directory of large messages (whose files
   * need names that none has had), the HTTP server with its pool and its main program, and of the
   * test kit what serves, what waits for a served node and what tests real stores, sources and
   * sinks.
   */
  private static final Pattern ALLOWED =
      Pattern.compile(
          "io/millrace/(?:core/(?:worker|wiring|source/(?:mysql|datagen)|sink/\\w+|store/\\w+)"
              + "|transport/jdkhttp(?:/server)?)/\\w[\\w$]*"
              + "|io/millrace/core/connector/ClaimStore"
              + "|io/millrace/testkit/(?:CdcServerExtension|sink/RecordingSink"
              + "|\\w+/\\w+Contract|store/StoreCalls)");

  @Test
  void timeChanceAndThreadsAreHandedIn() {
    List<Path> files = BuiltClasses.files();
    List<String> seen = new ArrayList<>();
    List<String> faults = faults(files, seen);
    assertThat(seen).hasSameSizeAs(files).contains("io/millrace/api/Tso");
    assertThat(faults).isEmpty();
  }

  @Test
  void threadsComeFromOnePlace() {
    Pattern threads =
        Pattern.compile(
            "= Methodref .*// *(java/lang/Thread\\.\"<init>\"|java/util/concurrent/(?:Executors\\.\\w+"
                + "|(?:Scheduled)?ThreadPoolExecutor\\.\"<init>\""
                + "|CompletableFuture\\.(?:supply|run)Async)):.*");
    Pattern makers =
        Pattern.compile(
            "io/millrace/(?:core/worker/Threads(?:\\$.*)?|transport/jdkhttp/.*|testkit/.*)");
    assertThat(BuiltClasses.calls(BuiltClasses.files(), threads, makers, new ArrayList<>()))
        .isEmpty();
  }

  @Test
  void seesEveryForbiddenCall() throws URISyntaxException {
    assertThat(faults(List.of(fileOf(Offender.class), fileOf(OwnThread.class)), new ArrayList<>()))
        .map(fault -> fault.substring(fault.indexOf("->") + 3))
        .containsExactlyInAnyOrder(
            "java/time/Instant.now",
            "java/lang/System.currentTimeMillis",
            "java/lang/System.nanoTime",
            "java/lang/Thread.sleep",
            "java/lang/Thread.\"<init>\"",
            "java/lang/Thread.\"<init>\"",
            "java/util/concurrent/Executors.newCachedThreadPool",
            "java/util/concurrent/ThreadPoolExecutor.\"<init>\"",
            "java/util/concurrent/CompletableFuture.supplyAsync",
            "java/util/Random.\"<init>\"",
            "java/util/concurrent/ThreadLocalRandom.current",
            "java/lang/Math.random",
            "java/util/UUID.randomUUID");
  }

  @Test
  void allowsThemInTheirRoomsOnly() {
    assertThat(
            List.of(
                "io/millrace/core/worker/WorkerThread",
                "io/millrace/core/source/mysql/MySqlSource$Reader",
                "io/millrace/core/store/memory/MemoryStore",
                "io/millrace/transport/jdkhttp/server/MillraceServer"))
        .allMatch(name -> ALLOWED.matcher(name).matches());
    assertThat(
            List.of(
                "io/millrace/core/CdcService",
                "io/millrace/core/owner/Owner",
                "io/millrace/core/source/mysql/row/TableMap",
                "io/millrace/core/workers/Other",
                "io/millrace/transport/jdkhttp/v1/ApiV1",
                "io/millrace/testkit/ManualClock"))
        .noneMatch(name -> ALLOWED.matcher(name).matches());
  }

  private static List<String> faults(List<Path> files, List<String> seen) {
    return BuiltClasses.calls(files, FORBIDDEN, ALLOWED, seen);
  }

  private static Path fileOf(Class<?> type) throws URISyntaxException {
    String name = type.getName();
    return Path.of(type.getResource(name.substring(name.lastIndexOf('.') + 1) + ".class").toURI());
  }

  /** Does all that is forbidden, once. */
  static final class Offender {
    private final Random random = new Random(1);
    private final LongSupplier ticker = System::nanoTime;

    long offend() throws InterruptedException {
      Thread.sleep(1);
      new Thread(() -> {}).start();
      ExecutorService pool = Executors.newCachedThreadPool();
      pool.shutdown();
      new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>()).shutdown();
      return Instant.now().toEpochMilli()
          + System.currentTimeMillis()
          + random.nextInt()
          + ticker.getAsLong()
          + ThreadLocalRandom.current().nextInt()
          + Math.round(100 * Math.random())
          + UUID.randomUUID().hashCode()
          + CompletableFuture.supplyAsync(() -> 1).join();
    }
  }

  static final class OwnThread extends Thread {}
}

package io.millrace.embedding;

import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.core.CdcService;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program that embeds Millrace and tells what that costs: {@code FootprintProbe UPSTREAM SCHEMA}.
 * Its counterpart on Debezium Engine lies below {@code src/test/peers/debezium}.
 */
public final class FootprintProbe {
  private FootprintProbe() {}

  /** Prints {@code name=value} lines. */
  public static void main(String[] arguments) throws InterruptedException {
    int threads = threads();
    long heap = heap();
    long begin = System.nanoTime();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    try (CdcService service =
        CdcService.builder()
            .upstream(arguments[0])
            .consumer(
                "first",
                changes -> {
                  changes.ack();
                  first.countDown();
                })
            .consumer(
                "second",
                changes -> {
                  changes.ack();
                  second.countDown();
                })
            .build()) {
      service.start();
      create(service, "first", arguments[1]);
      await(first);
      print("first event ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      int one = threads();
      print("threads with a changefeed", one - threads);
      int own = own().size();
      print("heap with a changefeed KiB", (heap() - heap) / 1024);
      create(service, "second", arguments[1]);
      await(second);
      print("threads per changefeed", threads() - one);
      print("threads of its own per changefeed", own().size() - own);
    }
    try (CdcService idle = CdcService.builder().upstream(arguments[0]).build()) {
      idle.start();
      idle.checkUpstream();
      print("threads at rest", threads() - threads);
      print("threads of its own at rest", own().size());
      print("heap at rest KiB", (heap() - heap) / 1024);
    }
    print("threads left", threads() - threads);
    for (Thread each : own()) {
      each.join(10_000);
    }
    print("threads of its own left", own().size());
  }

  private static void create(CdcService service, String consumer, String schema) {
    service.create(
        ChangefeedSpec.builder("consumer://" + consumer)
            .id(consumer)
            .filterRules(List.of(schema + ".*"))
            .build());
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no event");
    }
  }

  /** Returns the threads that Millrace started; the JVM starts some as well, when it likes. */
  private static List<Thread> own() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("millrace-"))
        .toList();
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void print(String name, long value) {
    System.out.println(name + "=" + value);
  }
}

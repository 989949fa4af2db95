import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import java.lang.management.ManagementFactory;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A program that embeds Debezium Engine and tells what that costs: PORT SCHEMA. There is no engine
 * without a task; at rest is one that is built and does not run.
 */
public final class DebeziumProbe {
  private DebeziumProbe() {}

  /** Prints name=value lines. */
  public static void main(String[] arguments) throws Exception {
    int threads = threads();
    long heap = heap();
    long begin = System.nanoTime();
    ExecutorService runner = Executors.newCachedThreadPool();
    CountDownLatch first = new CountDownLatch(1);
    DebeziumEngine<ChangeEvent<String, String>> engine =
        engine("first", 7001, arguments[0], arguments[1], first);
    print("threads at rest", threads() - threads);
    print("heap at rest KiB", (heap() - heap) / 1024);
    runner.execute(engine);
    await(first);
    print("first event ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    int one = threads();
    print("threads with a changefeed", one - threads);
    print("heap with a changefeed KiB", (heap() - heap) / 1024);
    CountDownLatch next = new CountDownLatch(1);
    DebeziumEngine<ChangeEvent<String, String>> second =
        engine("second", 7002, arguments[0], arguments[1], next);
    runner.execute(second);
    await(next);
    print("threads per changefeed", threads() - one);
    engine.close();
    second.close();
    runner.shutdownNow();
    runner.awaitTermination(20, TimeUnit.SECONDS);
    print("threads left", threads() - threads);
    System.exit(0);
  }

  private static DebeziumEngine<ChangeEvent<String, String>> engine(
      String name, int serverId, String port, String schema, CountDownLatch latch) {
    Properties set = new Properties();
    set.setProperty("name", name);
    set.setProperty("connector.class", "io.debezium.connector.mysql.MySqlConnector");
    set.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    set.setProperty(
        "schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
    set.setProperty("database.hostname", "127.0.0.1");
    set.setProperty("database.port", port);
    set.setProperty("database.user", "root");
    set.setProperty("database.password", "");
    set.setProperty("database.ssl.mode", "disabled");
    set.setProperty("driver.allowPublicKeyRetrieval", "true");
    set.setProperty("database.server.id", Integer.toString(serverId));
    set.setProperty("database.include.list", schema);
    set.setProperty("topic.prefix", name);
    set.setProperty("snapshot.mode", "no_data");
    set.setProperty("include.schema.changes", "false");
    return DebeziumEngine.create(Json.class)
        .using(set)
        .notifying(event -> latch.countDown())
        .build();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(90, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no event");
    }
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

package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.network.ServerException;
import com.sun.management.ThreadMXBean;
import io.millrace.api.CdcException;
import io.millrace.api.TableName;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.source.mysql.row.Flavor;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Damaged logs give right rows or a typed error: no other exception, no endless loop, and no memory
 * that the input does not account for. Scale 1 reads 200,000 inputs, scale 10 ten million.
 */
class LogFuzzTest {
  private static final int WORKERS = 2;
  private static final long SEED = 20240229;
  private static final int HANG_SECONDS = 60;

  /** Holds a format description; larger events come in pieces. */
  private static final int SMALLEST_BUFFER = 512;

  /**
   * What reading an empty input may cost, with the tables of a charset that are built once, and
   * what a byte of it may, inflated and in objects.
   */
  private static final long MOST_FIXED = 64 << 20;

  private static final long MOST_PER_BYTE = 2000;

  private final Logger warnings = Logger.getLogger(TransactionReader.class.getName());
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void damagedLogsGiveRowsOrTypedErrors() throws InterruptedException {
    double scale = Double.parseDouble(System.getProperty("millrace.scale", "1"));
    long inputs = Math.round(200_000 * Math.pow(scale, Math.log10(50)));
    Corpus corpus = Corpus.load();
    List<Worker> workers = new ArrayList<>();
    warnings.setLevel(Level.OFF);
    long began = System.nanoTime();
    for (int i = 0; i < WORKERS; i++) {
      Worker worker = new Worker(corpus, i, inputs);
      workers.add(worker);
      worker.thread.start();
    }
    for (Worker worker : workers) {
      worker.await();
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    workers.forEach(worker -> System.out.println(worker.figures()));
    System.out.println("log fuzz: inputs=" + inputs + " seconds=" + seconds);
    assertThat(workers).allSatisfy(w -> assertThat(w.failure.get()).isNull());
    assertThat(workers.stream().mapToLong(w -> w.done).sum()).isEqualTo(inputs);
    assertThat(workers).allSatisfy(w -> assertThat(w.rows).isPositive());
  }

  @Test
  void sameInputsGiveTheSameRows() throws IOException {
    for (RecordedLog log : List.of(RecordedLog.mySql(), RecordedLog.mariaDb())) {
      byte[] packets = LogFeed.packets(log.events());
      List<String> large = texts(log, packets, 1 << 16);
      assertThat(large).hasSizeGreaterThan(20);
      assertThat(texts(log, packets, SMALLEST_BUFFER)).isEqualTo(large);
    }
  }

  /** Returns the rows of a whole log, and how it ended. */
  private static List<String> texts(RecordedLog log, byte[] packets, int capacity)
      throws IOException {
    List<RowChange> rows = new ArrayList<>();
    String end = "";
    try {
      new LogFeed(log.flavor(), Corpus.schemas(log)).read(packets, capacity, rows);
    } catch (EOFException | CdcException e) {
      end = e.toString();
    }
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(StreamProbe.text(row)));
    texts.add(end);
    return texts;
  }

  /** What is damaged. */
  private record Corpus(
      List<RecordedLog> logs,
      List<List<byte[]>> transactions,
      List<Integer> owners,
      List<Map<TableName, TableSchema>> schemas) {
    static Corpus load() {
      Corpus corpus =
          new Corpus(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (RecordedLog log : List.of(RecordedLog.mySql(), RecordedLog.mariaDb())) {
        for (List<byte[]> transaction : log.transactions()) {
          corpus.transactions.add(transaction);
          corpus.owners.add(corpus.logs.size());
        }
        corpus.logs.add(log);
        corpus.schemas.add(schemas(log));
      }
      return corpus;
    }

    /** Returns the last definitions a log tells of itself. */
    static Map<TableName, TableSchema> schemas(RecordedLog log) {
      Map<TableName, TableSchema> schemas = new HashMap<>();
      List<RowChange> rows = new ArrayList<>();
      try {
        new LogFeed(log.flavor(), Map.of()).read(LogFeed.packets(log.events()), 1 << 16, rows);
      } catch (IOException | CdcException e) {
        // Rows without metadata end it: their definitions are what is gathered here.
        assertThat(e).isInstanceOf(CdcException.class);
      }
      rows.forEach(row -> schemas.put(row.table().name(), row.table()));
      return schemas;
    }
  }

  /** Reads every {@value #WORKERS}th input. */
  private final class Worker {
    private final Thread thread;
    private final Corpus corpus;
    private final int number;
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Map<String, Long> outcomes = new HashMap<>();
    private final List<RowChange> found = new ArrayList<>();
    private volatile long current;
    private long done;
    private long rows;
    private long damaged;
    private long mostBytes;
    private long mostNanos;

    Worker(Corpus corpus, int number, long inputs) {
      this.corpus = corpus;
      this.number = number;
      this.thread = new Thread(() -> run(inputs), "fuzz-" + number);
      thread.setDaemon(true);
    }

    private void run(long inputs) {
      try {
        for (long input = number; input < inputs; input += WORKERS) {
          current = input;
          one(input);
          done++;
        }
      } catch (Throwable e) {
        failure.set(new AssertionError("input " + current + " of seed " + SEED, e));
      } finally {
        end.countDown();
      }
    }

    private void one(long input) {
      Mutation mutation = new Mutation(SEED + input * 0x9e3779b97f4a7c15L);
      Random random = mutation.random();
      int which = random.nextInt(corpus.transactions.size());
      int owner = corpus.owners.get(which);
      List<byte[]> events =
          random.nextInt(500) == 0
              ? corpus.logs.get(owner).events()
              : corpus.transactions.get(which);
      byte[] packets = LogFeed.packets(mutation.damaged(events, corpus.transactions));
      if (packets.length > 0 && random.nextInt(16) == 0) {
        packets[random.nextInt(packets.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (random.nextInt(32) == 0) {
        packets = Arrays.copyOf(packets, random.nextInt(packets.length + 1));
      }
      int capacity = SMALLEST_BUFFER << random.nextInt(8);
      Flavor flavor = corpus.logs.get(owner).flavor();
      LogFeed feed = new LogFeed(flavor, corpus.schemas.get(owner));
      long bytes = threads.getThreadAllocatedBytes(thread.getId());
      long nanos = System.nanoTime();
      String outcome = outcome(feed, packets, capacity);
      mostNanos = Math.max(mostNanos, System.nanoTime() - nanos);
      bytes = threads.getThreadAllocatedBytes(thread.getId()) - bytes;
      mostBytes = Math.max(mostBytes, bytes);
      assertThat(bytes).isLessThan(MOST_FIXED + MOST_PER_BYTE * packets.length);
      outcomes.merge(outcome, 1L, Long::sum);
      rows += found.size();
      damaged += feed.damaged();
      found.clear();
    }

    /** Reads one input; only what is caught here may come out of it. */
    private String outcome(LogFeed feed, byte[] packets, int capacity) {
      try {
        feed.read(packets, capacity, found);
        return "end";
      } catch (CdcException e) {
        return e.code().code();
      } catch (MalformedLogException
          | ChecksumException
          | RereadException
          | ServerException
          | EOFException e) {
        return e.getClass().getSimpleName();
      } catch (IOException e) {
        throw new AssertionError("an error of no kind", e);
      }
    }

    void await() throws InterruptedException {
      long seen = -1;
      while (!end.await(HANG_SECONDS, TimeUnit.SECONDS)) {
        long now = current;
        if (now == seen) {
          AssertionError hang = new AssertionError("input " + now + " of seed " + SEED);
          hang.setStackTrace(thread.getStackTrace());
          throw hang;
        }
        seen = now;
      }
    }

    String figures() {
      return "log fuzz: worker="
          + number
          + " inputs="
          + done
          + " rows="
          + rows
          + " damaged_values="
          + damaged
          + " most_bytes="
          + mostBytes
          + " most_ms="
          + TimeUnit.NANOSECONDS.toMillis(mostNanos)
          + " outcomes="
          + outcomes;
    }
  }
}

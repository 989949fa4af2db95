package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.ByteSink;
import io.millrace.api.event.ChangeEvent;
import io.millrace.api.event.Restart;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.StreamOptions;
import io.millrace.core.source.mysql.row.Flavor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Feeds packets of a log to what a stream reads them with, and reads every value of every row. */
final class LogFeed {
  private static final String SERVER = "server";
  private static final LogPlace START = LogPlace.of("binlog.000001", LogPlace.FIRST);

  private final Flavor flavor;
  private final Map<TableName, TableSchema> schemas;
  private final CheckingSink sink = new CheckingSink();
  private long damaged;

  /**
   * Creates a feed.
   *
   * @param schemas what information_schema would tell
   */
  LogFeed(Flavor flavor, Map<TableName, TableSchema> schemas) {
    this.flavor = flavor;
    this.schemas = schemas;
  }

  /**
   * Reads packets to their end.
   *
   * @param rows takes the rows of transactions, the last of which may not have ended
   * @throws IOException in the room's own kinds, an EOFException at the latest where they end
   * @throws CdcException of a log that cannot be decoded
   */
  void read(byte[] packets, int capacity, List<RowChange> rows) throws IOException {
    SourcePosition from = START.position(SERVER, 0);
    Restart restart = new Restart(from, Tso.ofMillis(1, 0));
    EventQueue queue = new EventQueue(Long.MAX_VALUE);
    LogCursor cursor = new LogCursor(SERVER, START);
    Assembler assembler = new Assembler(queue, new Labels(restart.ts()), cursor, 1 << 16, restart);
    StreamOptions options = new StreamOptions("feed", name -> true, Map.of(), 1 << 16);
    TableBook book = new TableBook(options, new Stored(), true);
    TransactionReader reader =
        new TransactionReader(
            cursor,
            assembler,
            book,
            new RowEvents(book, assembler, cursor, flavor),
            new SettingNames(flavor, Map.of()),
            new XaLedger(),
            start -> {});
    reader.connected(START);
    PacketFramer framer = new PacketFramer(new ByteArrayInputStream(packets), capacity);
    LogEvent event = new LogEvent();
    while (framer.next(event)) {
      if (reader.take(event, framer)) {
        assembler.resolved();
      }
      for (ChangeEvent each : queue.poll(Duration.ZERO)) {
        if (each instanceof RowBatch batch) {
          batch.rows().forEach(this::look);
          rows.addAll(batch.rows());
        }
      }
    }
  }

  /** Puts events into packets of the protocol, the first of which has the number 1. */
  static byte[] packets(List<byte[]> events) {
    int size = events.stream().mapToInt(e -> e.length + 5).sum();
    byte[] packets = new byte[size];
    int at = 0;
    int number = 1;
    for (byte[] event : events) {
      int length = event.length + 1;
      packets[at] = (byte) length;
      packets[at + 1] = (byte) (length >> 8);
      packets[at + 2] = (byte) (length >> 16);
      packets[at + 3] = (byte) number++;
      System.arraycopy(event, 0, packets, at + 5, event.length);
      at += 4 + length;
    }
    return packets;
  }

  private void look(RowChange change) {
    switch (change.kind()) {
      case INSERT -> look(change.table(), change.after());
      case DELETE -> look(change.table(), change.before());
      case UPDATE -> {
        look(change.table(), change.before());
        look(change.table(), change.after());
      }
    }
  }

  private void look(TableSchema table, Row row) {
    for (int i = 0; i < table.columns().size(); i++) {
      if (row.isPresent(i) && !row.isNull(i)) {
        try {
          row.write(i, sink);
          row.valueAt(i);
        } catch (CdcException e) {
          damaged++;
        }
      }
    }
    row.detached();
  }

  /** Returns how many values were told to be damaged. */
  long damaged() {
    return damaged;
  }

  /** What the server tells of tables. */
  private final class Stored implements TableBook.Definitions {
    @Override
    public Optional<TableBook.Definition> now(TableName table) {
      return Optional.ofNullable(schemas.get(table))
          .map(schema -> new TableBook.Definition(schema, START.position(SERVER, 0)));
    }

    @Override
    public Optional<SourcePosition> firstChange(TableName table, LogPlace from, SourcePosition to) {
      return Optional.empty();
    }
  }

  /** Takes what a row writes, and checks that it lies in its array. */
  private static final class CheckingSink implements ByteSink {
    @Override
    public void write(int value) {}

    @Override
    public void write(byte[] source, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, source.length);
    }
  }
}

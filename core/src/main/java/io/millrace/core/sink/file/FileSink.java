package io.millrace.core.sink.file;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.api.codec.MessageSink;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.Resolved;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.api.sink.Durable;
import io.millrace.api.sink.Sink;
import io.millrace.core.codec.ColumnSelection;
import io.millrace.core.codec.KeyChanges;
import io.millrace.core.connector.OpenTransaction;
import io.millrace.core.text.ByteBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes rows to temporary files, and publishes those of all tables together. */
final class FileSink implements Sink {
  private static final System.Logger LOG = System.getLogger(FileSink.class.getName());
  private static final int SPILL_BYTES = 1 << 16;
  private static final int MOST_BUFFERED_BYTES = 16 << 20;

  private final FileSinkOptions options;
  private final Tso startTs;
  private final FileLayout layout;
  private final WriterDirectory writer;
  private final SchemaFiles schemas;
  private final Expiry expiry;
  private final EventEncoder encoder;
  private final ColumnSelection selection;
  private final Ticker ticker;
  private final byte[] terminator;
  private final KeyChanges keyChanges = new KeyChanges();
  private final OpenTransaction transaction = new OpenTransaction();
  private final Map<TableName, TableFiles> tables = new HashMap<>();
  private final List<TableFiles> inTransaction = new ArrayList<>();

  /** Shared with {@link #close}, which closes what another thread writes to. */
  private final Set<FileChannel> channels = ConcurrentHashMap.newKeySet();

  /** Directories that were published to and whose names are not durable. */
  private final Set<Path> changed = new LinkedHashSet<>();

  private int buffered;

  /** Whether rows of ended transactions wait, and since when any rows do. */
  private boolean waiting;

  private boolean written;
  private long writtenSince;
  private @Nullable Resolved flushed;
  private @Nullable Tso checkpoint;
  private boolean broken;
  private volatile boolean closed;

  FileSink(
      FileSinkOptions options,
      Tso startTs,
      WriterDirectory writer,
      EventEncoder encoder,
      ColumnSelection selection,
      Ticker ticker) {
    this.options = options;
    this.startTs = startTs;
    this.layout = new FileLayout(options.root(), options.extension(), options.indexDigits());
    this.writer = writer;
    this.schemas = new SchemaFiles(layout, writer, options.columnIds());
    this.expiry = new Expiry(options);
    this.encoder = encoder;
    this.selection = selection;
    this.ticker = ticker;
    this.terminator = options.terminator().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void write(RowBatch batch) {
    guarded(
        () -> {
          if (transaction.meet(batch)) {
            for (TableFiles table : inTransaction) {
              table.voidTransaction();
            }
            inTransaction.clear();
          }
          boolean whole = batch.endOfTransaction() && batch.slice() == 0;
          String day = options.dates().of(batch.commitTs());
          for (RowChange row : batch.rows()) {
            append(row, batch.commitTs(), day, whole);
          }
          if (!batch.rows().isEmpty() && !written) {
            written = true;
            writtenSince = ticker.read();
          }
          if (batch.endOfTransaction()) {
            waiting |= !batch.rows().isEmpty() || !inTransaction.isEmpty();
            inTransaction.forEach(TableFiles::endTransaction);
            inTransaction.clear();
          }
        });
  }

  private void append(RowChange row, Tso commitTs, String day, boolean whole) throws IOException {
    TableFiles table = tables.get(row.table().name());
    if (table == null) {
      TableName name = row.table().name();
      table = new TableFiles(name, layout, writer, startTs, channels);
      tables.put(name, table);
    }
    if (!whole && !table.isInTransaction()) {
      table.beginTransaction();
      inTransaction.add(table);
    }
    Segment segment = table.segment(day);
    ByteBuilder buffer = segment.buffer();
    int before = buffer.size();
    TableSchema columns = selection.table(row.table());
    table.describe(columns, schemas);
    if (segment.size() == 0) {
      encoder.header(columns, lines(buffer));
    }
    if (options.splitKeyChanges()) {
      keyChanges.split(row, part -> encoder.append(selection.row(part), commitTs));
    } else {
      encoder.append(selection.row(row), commitTs);
    }
    encoder.drain(lines(buffer));
    buffered += buffer.size() - before;
    if (buffer.size() >= SPILL_BYTES) {
      buffered -= buffer.size();
      segment.spill();
    }
    if (segment.size() >= options.fileSize()) {
      buffered -= buffer.size();
      table.cut();
    }
    if (buffered > MOST_BUFFERED_BYTES) {
      spillAll();
    }
  }

  private MessageSink lines(ByteBuilder buffer) {
    return (bytes, keyOffset, keyLength, offset, length, rows) -> {
      buffer.write(bytes, offset, length);
      buffer.write(terminator);
    };
  }

  private void spillAll() throws IOException {
    for (TableFiles table : tables.values()) {
      table.spill();
    }
    buffered = 0;
  }

  @Override
  public Optional<Durable> flush(Resolved resolved) {
    guarded(
        () -> {
          long interval = options.flushInterval().toNanos();
          if (waiting && ticker.read() - writtenSince >= interval) {
            publish();
          }
        });
    if (!waiting && !transaction.holdsBack(resolved)) {
      flushed = OpenTransaction.later(flushed, resolved);
    }
    return Optional.ofNullable(flushed).map(Durable::new);
  }

  private void publish() throws IOException {
    // All contents before the first name, all names before the first directory: a journaling file
    // system then commits many of them at once.
    for (TableFiles table : tables.values()) {
      table.prepare();
    }
    for (TableFiles table : tables.values()) {
      table.publish(changed);
    }
    for (Path directory : changed) {
      FileLayout.sync(directory);
    }
    changed.clear();
    waiting = false;
    written = !inTransaction.isEmpty();
    writtenSince = ticker.read();
    buffered = 0;
  }

  @Override
  public void write(SchemaChange change) {
    guarded(
        () -> {
          if (change.type() == DdlType.ADOPT_TABLE || change.type() == DdlType.CREATE_VIEW) {
            return;
          }
          for (TableChange table : change.tables()) {
            if (table.after().isPresent()) {
              layout.create(layout.version(table.after().get(), change.commitTs()));
            }
          }
          schemas.note(change);
        });
  }

  @Override
  public void checkpoint(Tso ts, Set<TableName> tables) {
    guarded(
        () -> {
          if (ts.equals(checkpoint)) {
            return;
          }
          byte[] text = ("{\"checkpoint-ts\":" + ts + "}").getBytes(StandardCharsets.UTF_8);
          writer.put(text, layout.metadata());
          checkpoint = ts;
          expiry.reached(ts);
        });
  }

  /** Runs what may fail; after a failure what is on disk is unknown, and nothing more is done. */
  private void guarded(Step step) {
    if (closed || broken) {
      throw failure(closed ? "the sink is closed" : "an earlier write failed");
    }
    boolean done = false;
    try {
      step.run();
      done = true;
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.FILE_SINK_FILE_OP,
          closed
              ? "the sink was closed while it wrote"
              : "cannot write in " + options.root() + ": " + FileSinkProvider.reason(e),
          e);
    } finally {
      broken = !done;
    }
  }

  private CdcException failure(String reason) {
    return new CdcException(
        StandardErrorCode.FILE_SINK_FILE_OP, "cannot write in " + options.root() + ": " + reason);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.remove();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "file sink leaves temporary files behind", e);
    }
    for (FileChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "file sink cannot close a temporary file", e);
      }
    }
  }

  /** One of the sink's tasks. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}

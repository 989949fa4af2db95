package io.millrace.core.sink.file;

import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.TableSchema;
import io.millrace.core.text.ByteBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One table's files that are not published yet, in write order.
 *
 * <p>Rows of a transaction that has not ended never share a file with rows of one that has, so that
 * they can be dropped, or stay behind while the others are published.
 */
final class TableFiles {
  private final TableName name;
  private final FileLayout layout;
  private final WriterDirectory writer;
  private final Tso startTs;
  private final Set<FileChannel> channels;
  private final ByteBuilder buffer = new ByteBuilder(1 << 12);
  private final List<Segment> finished = new ArrayList<>();
  private @Nullable Segment open;

  /** How many of the finished are of ended transactions, while one is open; else -1. */
  private int ended = -1;

  private Tso version = Tso.ZERO;
  private String date = "";
  private @Nullable TableSchema described;

  /** Where files were published last, and the number of the next one there. */
  private @Nullable Path directory;

  private long nextNumber;

  TableFiles(
      TableName name,
      FileLayout layout,
      WriterDirectory writer,
      Tso startTs,
      Set<FileChannel> channels) {
    this.name = name;
    this.layout = layout;
    this.writer = writer;
    this.startTs = startTs;
    this.channels = channels;
  }

  /**
   * Returns the file that takes the next row.
   *
   * @param day the directory below the version's, or empty
   */
  Segment segment(String day) throws IOException {
    if (!day.equals(date)) {
      cut();
      date = day;
    }
    Segment segment = open;
    if (segment == null) {
      if (finished.isEmpty()) {
        Tso current = layout.currentVersion(name, startTs);
        if (!current.equals(version)) {
          version = current;
          described = null;
        }
      }
      Path place = layout.version(name, version).resolve(date);
      segment = new Segment(place, writer.newFile(), buffer, channels);
      open = segment;
    }
    return segment;
  }

  /** Has the schema file say what columns the next row has. */
  void describe(TableSchema columns, SchemaFiles files) throws IOException {
    if (!columns.equals(described)) {
      files.describe(name, version, columns);
    }
    described = columns;
  }

  /** Returns whether a transaction that has not ended began here. */
  boolean isInTransaction() {
    return ended >= 0;
  }

  /** Begins a transaction of which this is not the only slice. */
  void beginTransaction() throws IOException {
    cut();
    ended = finished.size();
  }

  /** Counts the open transaction as ended. */
  void endTransaction() {
    ended = -1;
  }

  /** Drops all rows of the open transaction. */
  void voidTransaction() throws IOException {
    if (open != null) {
      open.discard();
      open = null;
    }
    while (finished.size() > ended) {
      finished.remove(finished.size() - 1).discard();
    }
    ended = -1;
  }

  /** Lets the next row begin another file. */
  void cut() throws IOException {
    if (open != null) {
      open.finish();
      finished.add(open);
      open = null;
    }
  }

  /** Writes what is buffered to disk. */
  void spill() throws IOException {
    if (open != null) {
      open.spill();
    }
  }

  /** Makes the contents of all files that {@link #publish} would name durable. */
  void prepare() throws IOException {
    if (!isInTransaction()) {
      cut();
    }
  }

  /**
   * Publishes all rows of transactions that have ended, once they are prepared.
   *
   * @param changed takes the directories whose names are not durable yet
   */
  void publish(Set<Path> changed) throws IOException {
    int count = isInTransaction() ? ended : finished.size();
    for (int i = 0; i < count; i++) {
      Segment segment = finished.get(0);
      changed.add(segment.directory());
      publish(segment);
      finished.remove(0);
      if (isInTransaction()) {
        ended--;
      }
    }
  }

  private void publish(Segment segment) throws IOException {
    Path place = segment.directory();
    if (!place.equals(directory)) {
      layout.create(place);
      nextNumber = layout.highestNumber(place) + 1;
      directory = place;
    }
    while (true) {
      try {
        segment.publish(layout.data(place, nextNumber));
        nextNumber++;
        return;
      } catch (FileAlreadyExistsException e) {
        // The table's writer before this one, fenced since, had one more to publish.
        nextNumber = Math.max(nextNumber, layout.highestNumber(place)) + 1;
      }
    }
  }
}

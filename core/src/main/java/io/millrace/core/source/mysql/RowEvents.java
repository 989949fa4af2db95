package io.millrace.core.source.mysql;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import io.millrace.core.source.mysql.TableCache.Mapped;
import io.millrace.core.source.mysql.row.Flavor;
import io.millrace.core.source.mysql.row.RowsDecoder;
import io.millrace.core.source.mysql.row.TableMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads table maps and row images: decides which rows are wanted and copies and decodes only those.
 *
 * <p><i>Threads:</i> one.
 */
final class RowEvents {
  /** Where the names begin in a table map's body: behind number and flags. */
  static final int NAMES = 8;

  private static final int ID = 6;

  private final TableBook book;
  private final Assembler assembler;
  private final LogCursor cursor;
  private final Flavor flavor;
  private final RowsDecoder decoder = new RowsDecoder();
  private final TableCache tables = new TableCache();

  /** Creates a reader with an empty table cache. */
  RowEvents(TableBook book, Assembler assembler, LogCursor cursor, Flavor flavor) {
    this.book = book;
    this.assembler = assembler;
    this.cursor = cursor;
    this.flavor = flavor;
  }

  /** Forgets all table maps. */
  void clear() {
    tables.clear();
  }

  /** Takes a table map. */
  void tableMap(LogEvent event) throws IOException {
    int namesEnd = namesEnd(event);
    long id = event.u48(event.body());
    Mapped mapped = tables.get(id);
    if (mapped == null || !mapped.isSame(event, namesEnd)) {
      mapped = parse(event, namesEnd);
      tables.put(id, mapped);
    }
    if (mapped.map() != null && mapped.isFirstIn(assembler.number())) {
      announce(mapped.map(), assembler.nextOrdinal());
    }
  }

  private static int namesEnd(LogEvent event) throws MalformedLogException {
    int at = event.body() + NAMES;
    for (int names = 0; names < 2; names++) {
      if (at >= event.end()) {
        throw new MalformedLogException("a table map that ends before its names");
      }
      at += event.u8(at) + 2;
    }
    if (at > event.end()) {
      throw new MalformedLogException("a table map that ends in its names");
    }
    return at;
  }

  private Mapped parse(LogEvent event, int namesEnd) {
    int names = event.body() + NAMES;
    int schemaLength = event.u8(names);
    int table = names + schemaLength + 2;
    TableName name =
        new TableName(
            new String(event.bytes(), names + 1, schemaLength, StandardCharsets.UTF_8),
            new String(event.bytes(), table + 1, event.u8(table), StandardCharsets.UTF_8));
    if (!book.isWanted(name)) {
      return new Mapped(null, event.copy(names, namesEnd));
    }
    TableMap map = TableMap.parse(flavor, event.bytes(), event.body(), event.bodyLength());
    return new Mapped(book.bind(map, cursor.place(), cursor.server()), new byte[0]);
  }

  /** Tells the engine of a table it does not know, before the transaction's first row. */
  private void announce(TableMap map, int ordinal) throws IOException {
    if (!book.isNew(map.name())) {
      return;
    }
    TableSchema schema = map.schema();
    book.told(map.name(), schema, cursor.place().position(cursor.server(), 0));
    boolean sliced = assembler.isSliced();
    assembler.adopted(
        ordinal, new TableChange(Optional.empty(), Optional.of(map.name()), Optional.of(schema)));
    if (sliced) {
      throw new RereadException();
    }
  }

  /** Returns whether the rows of an event are wanted; its head must lie in the array. */
  boolean isWanted(LogEvent event) throws MalformedLogException {
    return wanted(event) != null;
  }

  private @Nullable TableMap wanted(LogEvent event) throws MalformedLogException {
    if (!event.hasBody(ID)) {
      throw new MalformedLogException("a rows event of " + event.bodyLength() + " bytes");
    }
    long id = event.u48(event.body());
    Mapped mapped = tables.get(id);
    if (mapped == null) {
      if (id == 0xff_ffffL || id == 0xffff_ffff_ffffL) {
        return null;
      }
      throw new CdcException(
          StandardErrorCode.SOURCE_UNREADABLE,
          "rows of table number " + id + " without a table map at " + cursor);
    }
    return mapped.map();
  }

  /**
   * Takes a rows event.
   *
   * @param owned whether its array belongs to nobody else
   */
  void rows(LogEvent event, boolean owned) throws IOException {
    TableMap map = wanted(event);
    if (map == null) {
      return;
    }
    if (event.isCompressedRows()) {
      byte[] plain = inflated(event);
      int type = event.type() - LogEvent.WRITE_ROWS_COMPRESSED_V1;
      int plainType = type < 3 ? LogEvent.WRITE_ROWS_V1 + type : LogEvent.WRITE_ROWS + type - 3;
      decoder.decode(plainType, map, plain, 0, plain.length, assembler);
    } else if (owned) {
      decoder.decode(event.type(), map, event.bytes(), event.body(), event.bodyLength(), assembler);
    } else {
      byte[] copy = event.copy(event.body(), event.end());
      decoder.decode(event.type(), map, copy, 0, copy.length, assembler);
    }
    assembler.cut();
  }

  /** Returns a compressed rows event's body as it would be without compression. */
  private static byte[] inflated(LogEvent event) throws IOException {
    int type = event.type() - LogEvent.WRITE_ROWS_COMPRESSED_V1;
    boolean second = type >= 3;
    int at = event.body() + NAMES;
    if (second) {
      at += event.end() - at >= 2 ? Math.max(2, event.u16(at)) : 2;
    }
    if (at >= event.end()) {
      throw new MalformedLogException("a compressed rows event without columns");
    }
    int first = event.u8(at++);
    int width = first;
    if (first == 0xfc && at + 2 <= event.end()) {
      width = event.u16(at);
      at += 2;
    } else if (first > 0xfa) {
      throw new MalformedLogException("a compressed rows event of too many columns");
    }
    at += (width + 7) / 8 * (type % 3 == 1 ? 2 : 1);
    if (at >= event.end()) {
      throw new MalformedLogException("a compressed rows event without rows");
    }
    byte[] rows = QueryText.inflate(event.bytes(), at, event.end());
    int head = at - event.body();
    byte[] all = new byte[head + rows.length];
    System.arraycopy(event.bytes(), event.body(), all, 0, head);
    System.arraycopy(rows, 0, all, head, rows.length);
    return all;
  }
}

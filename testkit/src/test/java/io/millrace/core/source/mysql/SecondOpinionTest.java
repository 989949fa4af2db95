package io.millrace.core.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer.CompatibilityMode;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.core.source.mysql.row.RowsDecoder;
import io.millrace.core.source.mysql.row.TableMap;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The binlog connector's decoder finds the same rows in the recorded logs, where it can. */
class SecondOpinionTest {
  private static final int CHECKSUM = 4;

  @Test
  void findsTheSameValuesInMySqlsLog() throws IOException {
    assertThat(compared(RecordedLog.mySql())).isGreaterThan(250);
  }

  @Test
  void findsTheSameValuesInMariaDbsLog() throws IOException {
    assertThat(compared(RecordedLog.mariaDb())).isGreaterThan(250);
  }

  /** Compares all rows events that both can read, and returns how many values were equal. */
  private static int compared(RecordedLog log) throws IOException {
    EventDeserializer library = new EventDeserializer();
    library.setCompatibilityMode(CompatibilityMode.CHAR_AND_BINARY_AS_BYTE_ARRAY);
    Map<Long, TableMap> maps = new HashMap<>();
    RowsDecoder decoder = new RowsDecoder();
    int values = 0;
    for (byte[] bytes : log.events()) {
      LogEvent event = new LogEvent();
      event.set(bytes, 0, bytes.length - CHECKSUM, true);
      if (event.type() == LogEvent.TABLE_MAP) {
        TableMap map = TableMap.parse(log.flavor(), bytes, event.body(), event.bodyLength());
        maps.put(map.tableId(), map);
      }
      boolean ofTable = event.type() == LogEvent.TABLE_MAP || event.hasRows();
      if (ofTable && skipped(event, maps)) {
        continue;
      }
      EventData data = library.nextEvent(new ByteArrayInputStream(bytes)).getData();
      if (event.hasRows()) {
        List<RowChange> rows = new ArrayList<>();
        TableMap map = maps.get(event.u48(event.body()));
        decoder.decode(event.type(), map, bytes, event.body(), event.bodyLength(), rows::add);
        values += compare(images(rows), images(data));
      }
    }
    return values;
  }

  /** The library cannot read differences, compressed events and compressed columns. */
  private static boolean skipped(LogEvent event, Map<Long, TableMap> maps) {
    TableMap map = maps.get(event.u48(event.body()));
    return event.type() == LogEvent.PARTIAL_UPDATE_ROWS
        || event.isCompressedRows()
        || !map.describesItself()
        || map.name().table().equals("documents");
  }

  private record Image(RowChange change, Row row) {}

  private static List<Image> images(List<RowChange> rows) {
    List<Image> images = new ArrayList<>();
    for (RowChange row : rows) {
      if (row.kind() != RowChange.Kind.INSERT) {
        images.add(new Image(row, row.before()));
      }
      if (row.kind() != RowChange.Kind.DELETE) {
        images.add(new Image(row, row.after()));
      }
    }
    return images;
  }

  private static List<Serializable[]> images(EventData data) {
    if (data instanceof WriteRowsEventData write) {
      return write.getRows();
    }
    if (data instanceof DeleteRowsEventData delete) {
      return delete.getRows();
    }
    List<Serializable[]> images = new ArrayList<>();
    ((UpdateRowsEventData) data)
        .getRows()
        .forEach(
            row -> {
              images.add(row.getKey());
              images.add(row.getValue());
            });
    return images;
  }

  private static int compare(List<Image> ours, List<Serializable[]> theirs) {
    assertThat(theirs).hasSameSizeAs(ours);
    int values = 0;
    for (int i = 0; i < ours.size(); i++) {
      Row row = ours.get(i).row();
      List<Column> columns = ours.get(i).change().table().columns();
      int place = 0;
      for (int column = 0; column < columns.size(); column++) {
        if (row.isPresent(column)) {
          Serializable their = theirs.get(i)[place++];
          compare(columns.get(column), row, column, their);
          values++;
        }
      }
    }
    return values;
  }

  private static void compare(Column definition, Row row, int column, Serializable their) {
    String what = definition.toString();
    if (their == null) {
      switch (definition.type()) {
        // The library has no form for dates that are none.
        case DATE, DATETIME, TIMESTAMP -> {}
        default -> assertThat(row.isNull(column)).as(what).isTrue();
      }
      return;
    }
    switch (definition.type()) {
      case TINYINT -> assertThat((byte) row.longAt(column)).as(what).isEqualTo(low(their));
      case SMALLINT ->
          assertThat((short) row.longAt(column)).as(what).isEqualTo((short) number(their));
      case MEDIUMINT ->
          assertThat((int) row.longAt(column) << 8).as(what).isEqualTo((int) number(their) << 8);
      case INT -> assertThat((int) row.longAt(column)).as(what).isEqualTo((int) number(their));
      case BIGINT, YEAR, ENUM, SET ->
          assertThat(row.longAt(column)).as(what).isEqualTo(number(their));
      case FLOAT, DOUBLE -> assertThat(row.valueAt(column)).as(what).isEqualTo(their);
      case DECIMAL ->
          assertThat(row.decimalAt(column)).as(what).isEqualByComparingTo(decimal(their));
      case BIT ->
          assertThat(row.longAt(column)).as(what).isEqualTo(((BitSet) their).toLongArray()[0]);
      case DATE, DATETIME, TIMESTAMP, TIME, JSON -> {}
      default -> {
        ByteBuffer bytes = row.bytesAt(column);
        ByteBuffer wanted = ByteBuffer.wrap((byte[]) their);
        // It leaves out the padding of a BINARY.
        assertThat(bytes.slice(0, wanted.remaining())).as(what).isEqualTo(wanted);
      }
    }
  }

  private static byte low(Serializable their) {
    return (byte) number(their);
  }

  private static long number(Serializable their) {
    return ((Number) their).longValue();
  }

  private static BigDecimal decimal(Serializable their) {
    return (BigDecimal) their;
  }
}

package io.millrace.core;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType;
import io.millrace.api.event.Restart;
import io.millrace.api.event.SourcePosition;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.source.Head;
import io.millrace.api.source.Requirement;
import io.millrace.api.source.StreamOptions;
import java.time.Duration;
import java.util.List;

/** An upstream whose log begins at ts 100 and has one byte for each ts; nothing happens there. */
final class FakeSource implements ChangeSource {
  static final Tso OLDEST = new Tso(100);

  volatile Tso now = new Tso(1000);
  volatile boolean answers = true;
  volatile boolean closed;
  volatile List<TableSchema> tables = List.of(table("t1", true), table("t2", true));
  volatile List<Requirement> requirements = List.of();

  static TableSchema table(String name, boolean key) {
    return new TableSchema(
        new TableName("test", name),
        List.of(Column.builder("id", ColumnType.INT).build()),
        key ? List.of(TableSchema.Key.primary(List.of(0))) : List.of());
  }

  static SourcePosition at(Tso ts) {
    return new SourcePosition("fake", 1, ts.value(), 0, "detail");
  }

  private void ask() {
    if (!answers) {
      throw new CdcException(StandardErrorCode.SOURCE_UNAVAILABLE, "the upstream is down");
    }
  }

  @Override
  public Head now() {
    ask();
    return new Head(at(now), now);
  }

  @Override
  public SourcePosition locate(Tso ts) {
    ask();
    if (OLDEST.isAfter(ts)) {
      throw new CdcException(StandardErrorCode.START_TS_BEFORE_GC, "the log begins at 100");
    }
    return at(ts);
  }

  @Override
  public SourcePosition oldest() {
    return at(OLDEST);
  }

  @Override
  public void retain(Tso ts, Duration ttl) {}

  @Override
  public List<TableSchema> tables() {
    ask();
    return tables;
  }

  @Override
  public List<Requirement> check() {
    ask();
    return requirements;
  }

  @Override
  public ChangeStream open(Restart from, StreamOptions options) {
    throw new UnsupportedOperationException("nothing is read here");
  }

  @Override
  public void close() {
    closed = true;
  }
}

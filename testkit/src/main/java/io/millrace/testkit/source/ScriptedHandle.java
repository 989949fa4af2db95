package io.millrace.testkit.source;

import io.millrace.api.Tso;
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
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** One node's connection to a scripted upstream: closing it closes its own streams only. */
final class ScriptedHandle implements ChangeSource {
  private final ScriptedSource source;
  private final List<ChangeStream> streams = new CopyOnWriteArrayList<>();

  ScriptedHandle(ScriptedSource source) {
    this.source = source;
  }

  @Override
  public Head now() {
    return source.now();
  }

  @Override
  public SourcePosition locate(Tso ts) {
    return source.locate(ts);
  }

  @Override
  public SourcePosition oldest() {
    return source.oldest();
  }

  @Override
  public Optional<Tso> oldestTs() {
    return source.oldestTs();
  }

  @Override
  public void retain(Tso ts, Duration ttl) {
    source.retain(ts, ttl);
  }

  @Override
  public List<TableSchema> tables() {
    return source.tables();
  }

  @Override
  public List<Requirement> check() {
    return source.check();
  }

  @Override
  public ChangeStream open(Restart from, StreamOptions options) {
    ChangeStream stream = source.open(from, options);
    streams.add(stream);
    return stream;
  }

  @Override
  public void close() {
    streams.forEach(ChangeStream::close);
    streams.clear();
  }
}

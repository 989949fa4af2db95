package io.millrace.testkit;

import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.RowBatch;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.ChangeStream;
import io.millrace.api.store.Lease;
import io.millrace.api.store.MetaStore;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * Where a node can be killed: each is a call that crosses one of its borders, to the store, the
 * upstream, a sink or a consumer; or, where the name says so, the answer to one, which takes effect
 * and is not seen.
 */
public enum CrashPoint {
  /** A commit to the store: of a command, a decision of the owner, a position. */
  STORE_COMMIT(MetaStore.class, "commit", Optional.empty(), false),
  /** The answer to a commit, which is stored. */
  STORE_COMMIT_ANSWER(MetaStore.class, "commit", Optional.empty(), true),
  /** The lease is renewed. */
  LEASE_RENEWAL(Lease.class, "renew", Optional.empty(), false),
  /** A stream of the upstream is opened. */
  STREAM_OPEN(ChangeSource.class, "open", Optional.empty(), false),
  /** A stream is asked for events. */
  STREAM_POLL(ChangeStream.class, "poll", Optional.empty(), false),
  /** A sink is opened. */
  SINK_OPEN(SinkProvider.class, "open", Optional.empty(), false),
  /** Rows are written. */
  SINK_WRITE(Sink.class, "write", Optional.of(RowBatch.class), false),
  /** The answer to a write of rows, which the sink has. */
  SINK_WRITE_ANSWER(Sink.class, "write", Optional.of(RowBatch.class), true),
  /** Rows are flushed. */
  SINK_FLUSH(Sink.class, "flush", Optional.empty(), false),
  /** The answer to a flush, which made them durable. */
  SINK_FLUSH_ANSWER(Sink.class, "flush", Optional.empty(), true),
  /** A schema change is applied. */
  SCHEMA_CHANGE(Sink.class, "write", Optional.of(SchemaChange.class), false),
  /** The answer to a schema change, which is in effect. */
  SCHEMA_CHANGE_ANSWER(Sink.class, "write", Optional.of(SchemaChange.class), true),
  /** A sink is told of the checkpoint. */
  SINK_CHECKPOINT(Sink.class, "checkpoint", Optional.empty(), false),
  /** A consumer is called. */
  CONSUMER_CALL(ChangeConsumer.class, "accept", Optional.empty(), false),
  /** A consumer acknowledges. */
  CONSUMER_ACK(Changes.class, "ack", Optional.empty(), false);

  private final Class<?> border;
  private final String call;
  private final Optional<Class<?>> what;
  private final boolean answer;

  CrashPoint(Class<?> border, String call, Optional<Class<?>> what, boolean answer) {
    this.border = border;
    this.call = call;
    this.what = what;
    this.answer = answer;
  }

  /** Returns whether a call, or its answer, is this point. */
  boolean isAt(Method method, boolean answered) {
    return answer == answered
        && border == method.getDeclaringClass()
        && call.equals(method.getName())
        && what.map(type -> type == method.getParameterTypes()[0]).orElse(true);
  }
}

package io.millrace.core;

import io.millrace.api.CaptureId;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Sinks that are only ever tried out. */
final class FakeSink implements SinkProvider {
  final List<SinkRequest> validated = Collections.synchronizedList(new ArrayList<>());
  final List<SinkRequest> dialled = Collections.synchronizedList(new ArrayList<>());
  volatile Consumer<SinkRequest> onValidate = request -> {};
  volatile Consumer<SinkRequest> onDial = request -> {};

  @Override
  public void validate(SinkRequest request) {
    validated.add(request);
    onValidate.accept(request);
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    dialled.add(request);
    onDial.accept(request);
  }

  @Override
  public Sink open(SinkRequest request) {
    throw new UnsupportedOperationException("nothing is written here");
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {}
}

package io.millrace.testkit;

import io.millrace.api.CaptureId;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkProvider;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.sink.consumer.ConsumerSinkProvider;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The sink {@code consumer://name} for consumers that may come at any time, called in the thread
 * that does the steps.
 *
 * @param consumers the consumers there are now, which the test adds to
 * @param border the border of the node
 */
record LateConsumers(Map<String, ChangeConsumer> consumers, Border border) implements SinkProvider {
  private SinkProvider now() {
    Map<String, ChangeConsumer> guarded = new HashMap<>();
    consumers.forEach(
        (name, consumer) -> guarded.put(name, border.guard(ChangeConsumer.class, consumer)));
    return ConsumerSinkProvider.inCallersThread(guarded);
  }

  @Override
  public void validate(SinkRequest request) {
    now().validate(request);
  }

  @Override
  public void dial(SinkRequest request, Duration limit) {
    now().dial(request, limit);
  }

  @Override
  public Sink open(SinkRequest request) {
    return now().open(request);
  }

  @Override
  public void fence(SinkRequest request, CaptureId gone) {
    now().fence(request, gone);
  }
}

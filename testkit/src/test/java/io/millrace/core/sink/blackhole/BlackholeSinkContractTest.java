package io.millrace.core.sink.blackhole;

import io.millrace.api.TableName;
import io.millrace.api.sink.Sink;
import io.millrace.testkit.sink.SinkContract;
import java.util.List;
import java.util.Optional;

final class BlackholeSinkContractTest extends SinkContract {
  @Override
  protected Sink open() {
    return new BlackholeSink("contract", Optional.empty());
  }

  @Override
  protected void settle() {
    // Everything is dropped at once.
  }

  @Override
  protected Optional<List<Long>> stored(TableName table) {
    return Optional.empty();
  }
}

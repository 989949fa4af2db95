package io.millrace.embedding;

import io.millrace.api.CdcException;
import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.Changes;
import io.millrace.core.CdcService;
import java.time.Duration;

/**
 * A small program that embeds Millrace, run by tests with few jars beside it: {@code Guest UPSTREAM
 * SINK}. It prints {@code caught up}, or the error it got, and ends by itself.
 */
public final class Guest {
  private Guest() {}

  /** Runs a changefeed until it has caught up. */
  public static void main(String[] arguments) {
    try (CdcService service =
        CdcService.builder().upstream(arguments[0]).consumer("guest", Changes::ack).build()) {
      service.start();
      ChangefeedId id = service.create(ChangefeedSpec.builder(arguments[1]).build());
      service.awaitCaughtUp(id, Duration.ofSeconds(60));
      System.out.println("caught up");
    } catch (CdcException e) {
      System.out.println(e.bracketed());
    }
  }
}

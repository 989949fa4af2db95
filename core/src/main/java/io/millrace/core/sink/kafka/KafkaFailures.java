package io.millrace.core.sink.kafka;

import io.millrace.api.CdcException;
import io.millrace.api.ErrorCode;
import io.millrace.api.StandardErrorCode;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Errors of Kafka's clients in our words. */
final class KafkaFailures {
  private KafkaFailures() {}

  /** Returns the error that messages cannot be sent. */
  static CdcException send(RuntimeException failure) {
    if (isCausedBy(failure, RecordTooLargeException.class)) {
      return of(StandardErrorCode.MESSAGE_TOO_LARGE, "kafka refuses a message", failure);
    }
    boolean fenced =
        isCausedBy(failure, ProducerFencedException.class)
            || isCausedBy(failure, InvalidProducerEpochException.class);
    return of(
        StandardErrorCode.KAFKA_SEND_MESSAGE,
        fenced
            ? "kafka send message failed, another writer has taken over"
            : "kafka send message failed",
        failure);
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (kind.isInstance(each)) {
        return true;
      }
    }
    return false;
  }

  static CdcException of(ErrorCode code, String what, Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String reason = first.getMessage();
    return new CdcException(code, what + ": " + (reason == null ? first : reason), failure);
  }

  /** Returns what an administrator answers. */
  static <T> T answer(Future<T> future) throws ExecutionException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException(e);
    }
  }
}

package io.millrace.core.metrics;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.millrace.api.ChangefeedId;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * The meters of one capture by changefeed. They outlive the work on it, so that counters go on when
 * it is taken up again; of very many changefeeds, those longest not worked on are forgotten.
 *
 * <p><i>Threads:</i> any.
 */
public final class Meters {
  private static final int MOST = 10_000;

  private final Ticker ticker;
  private final Cache<ChangefeedId, FeedMeter> meters =
      CacheBuilder.newBuilder().maximumSize(MOST).build();

  /** Creates meters; a ticker measures how long things take. */
  public Meters(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Returns the meter of a changefeed, for who works on it. */
  public FeedMeter of(ChangefeedId id) {
    try {
      return meters.get(id, () -> new FeedMeter(ticker));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the meter of a changefeed if this capture has worked on it. */
  public Optional<FeedMeter> find(ChangefeedId id) {
    return Optional.ofNullable(meters.getIfPresent(id));
  }
}

package io.millrace.core.source.datagen;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.SourceProvider;
import io.millrace.api.source.SourceRequest;
import java.time.InstantSource;

/**
 * Opens made-up upstreams: {@code datagen:?seed=1&tables=4&rate=100}.
 *
 * <p>Schema {@code bank} has the tables {@code accounts_1} to {@code accounts_n} and {@code
 * transfers}. Parameters, all optional:
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><th>name</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code seed}</td><td>1</td><td>who pays whom, and how much</td></tr>
 * <tr><td>{@code tables}</td><td>4</td><td>account tables, 1 to 1000</td></tr>
 * <tr><td>{@code accounts}</td><td>1000</td><td>accounts in each, from 2; at most 10,000,000 in
 * all</td></tr>
 * <tr><td>{@code rate}</td><td>100</td><td>transactions a second, to 1,000,000; 0: as many as are
 * read</td></tr>
 * <tr><td>{@code txn-rows}</td><td>2</td><td>account rows that a transaction updates, rounded up to
 * an even number; each two bring one row of {@code transfers} inserted or deleted</td></tr>
 * <tr><td>{@code row-bytes}</td><td>16</td><td>bytes of text that fill each row, to 60,000</td></tr>
 * <tr><td>{@code limit}</td><td>none</td><td>after so many transactions the log rests; schema
 * changes count</td></tr>
 * <tr><td>{@code ddl-every}</td><td>0</td><td>a schema change after each so many transactions; 0:
 * none</td></tr>
 * <tr><td>{@code start}</td><td>first use</td><td>when the log begins, in milliseconds since 1970.
 * Without it the log begins when the source is first used, and goes on in any source in which a
 * stream is opened at one of its positions</td></tr>
 * </table>
 *
 * <p>The sum of all balances is the same after every transaction. <i>Threads:</i> any.
 */
public final class DatagenSourceProvider implements SourceProvider {
  private final InstantSource clock;

  /** Creates a provider whose logs grow by a clock. */
  public DatagenSourceProvider(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Opens an upstream.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_URI_INVALID} naming the parameter
   */
  @Override
  public ChangeSource open(SourceRequest request) {
    if (!request.uri().path().isEmpty() || !request.uri().hosts().isEmpty()) {
      throw new CdcException(
          StandardErrorCode.SOURCE_URI_INVALID,
          "invalid upstream '"
              + request.uri().masked()
              + "', datagen: takes parameters only, such as datagen:?rate=100");
    }
    return new DatagenSource(Workload.of(request.uri()), clock);
  }
}

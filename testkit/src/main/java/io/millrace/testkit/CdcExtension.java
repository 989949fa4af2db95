package io.millrace.testkit;

/**
 * A service in the test's own thread: no sockets, no threads, no waiting. The test does the steps,
 * and whatever it does again from the same seed comes out the same.
 *
 * <pre>{@code
 * @RegisterExtension final CdcExtension cdc = new CdcExtension();
 * }</pre>
 *
 * <p>Without JUnit's engine, {@code try (CdcExtension cdc = new CdcExtension()) { ... }}.
 *
 * <p><i>Threads:</i> one.
 */
public final class CdcExtension extends CdcFixture {
  /** Creates one of the seed 1. */
  public CdcExtension() {
    this(1);
  }

  /**
   * Creates one.
   *
   * @param seed where names, and the random part of waits, come from
   */
  public CdcExtension(long seed) {
    super(seed);
  }

  @Override
  String address() {
    return "127.0.0.1:8300";
  }

  @Override
  boolean isStepped() {
    return true;
  }
}

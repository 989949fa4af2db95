package io.millrace.core.source.datagen;

/** Numbers that look random and are a function of others. <i>Source:</i> SplitMix64. */
final class Mix {
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private Mix() {}

  /** Returns 64 bits for three numbers. */
  static long of(long a, long b, long c) {
    return of(of(of(a) ^ b) ^ c);
  }

  private static long of(long value) {
    long z = value + STEP;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

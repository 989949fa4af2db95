package io.millrace.core.worker;

import com.google.common.base.Ticker;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Time, chance and threads, as one node is given them.
 *
 * @param crew who does the long work
 * @param ticker the monotonic clock
 * @param clock the wall clock
 * @param random where waits get their random part from
 * @param ids where new names come from
 */
@SuppressWarnings("JavaLangClash") // what a node runs on; the JDK's own is not used here
public record Runtime(
    Crew crew, Ticker ticker, InstantSource clock, RandomGenerator random, Supplier<UUID> ids) {}

/**
 * The sinks {@code kafka://} and {@code kafka+ssl://}: row batches, schema changes and checkpoints
 * come in, messages go out to the partitions of topics. Not public API.
 *
 * <p>Rows are written in Kafka transactions under the transactional id {@code
 * millrace-<incarnation>-<capture>}, several upstream transactions in each; what is committed is
 * durable. Fencing a capture is taking its id over: the brokers abort what it has open and refuse
 * whatever it still sends. Schema changes and watermarks go under one id for the whole changefeed,
 * so whoever begins to write them fences whoever did before.
 */
@NullMarked
package io.millrace.core.sink.kafka;

import org.jspecify.annotations.NullMarked;

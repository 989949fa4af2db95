package io.millrace.core.sink.kafka;

/**
 * One change of the made-up upstream, which changes no row twice in a transaction.
 *
 * @param ts the commit ts of its transaction
 */
record Change(String table, long id, long ts) {}

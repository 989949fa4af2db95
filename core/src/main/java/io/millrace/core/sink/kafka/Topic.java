package io.millrace.core.sink.kafka;

/**
 * A topic that exists.
 *
 * @param partitions how many of its partitions are used
 * @param maxMessageBytes the most a message may take
 */
record Topic(String name, int partitions, int maxMessageBytes) {}

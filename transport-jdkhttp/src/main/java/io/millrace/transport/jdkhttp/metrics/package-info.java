/**
 * What is measured, in Prometheus' text format. Plain values of {@link
 * io.millrace.core.CdcService#metrics()} come in, a text goes out. The library of that format is
 * known in this room only, and optional.
 */
@NullMarked
package io.millrace.transport.jdkhttp.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * The sink {@code blackhole://}: row batches come in, are counted, on request encoded, and dropped;
 * nothing goes out. Not public API.
 */
@NullMarked
package io.millrace.core.sink.blackhole;

import org.jspecify.annotations.NullMarked;

/**
 * The SPI of downstreams: row batches and schema changes come in, how far they are durable goes
 * out.
 */
@NullMarked
package io.millrace.api.sink;

import org.jspecify.annotations.NullMarked;

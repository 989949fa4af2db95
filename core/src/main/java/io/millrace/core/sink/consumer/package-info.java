/**
 * The sink {@code consumer://name}: row batches come in, calls of an embedder's own callback go
 * out, and its acknowledgements decide what counts as durable. Not public API.
 */
@NullMarked
package io.millrace.core.sink.consumer;

import org.jspecify.annotations.NullMarked;

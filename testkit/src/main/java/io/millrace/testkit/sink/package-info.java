/**
 * What a sink must do, as tests: subclass {@link io.millrace.testkit.sink.SinkContract} for a sink
 * of your own. Public API.
 */
@NullMarked
package io.millrace.testkit.sink;

import org.jspecify.annotations.NullMarked;

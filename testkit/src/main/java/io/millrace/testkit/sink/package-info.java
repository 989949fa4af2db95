/**
 * What a sink must do, as tests: subclass {@link io.millrace.testkit.sink.SinkContract} for a sink
 * of your own. And a downstream in memory that records what it sees. Public API.
 */
@NullMarked
package io.millrace.testkit.sink;

import org.jspecify.annotations.NullMarked;

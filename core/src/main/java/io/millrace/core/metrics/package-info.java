/**
 * What is measured of the work on changefeeds in this process: single observations come in, plain
 * values go out. No library of metrics is known here. Not public API.
 */
@NullMarked
package io.millrace.core.metrics;

import org.jspecify.annotations.NullMarked;

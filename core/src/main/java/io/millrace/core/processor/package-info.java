/**
 * A changefeed's work on one capture: rows are read and filtered (intake), handed over through a
 * bounded buffer, written and flushed (outlet), and how far that is durable is published and
 * stored. Tasks come in, position records go out. Not public API.
 */
@NullMarked
package io.millrace.core.processor;

import org.jspecify.annotations.NullMarked;

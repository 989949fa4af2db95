/**
 * Who does the long work: workers, the crew that gives each a thread (or, in a test, steps it), and
 * the mandate that says until when a capture may act. Not public API.
 */
@NullMarked
package io.millrace.core.worker;

import org.jspecify.annotations.NullMarked;

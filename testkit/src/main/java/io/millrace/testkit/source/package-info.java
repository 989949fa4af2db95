/**
 * What every source must do, as tests a source's author subclasses; the rules of a stream's events,
 * checked as they come; and a log that a test writes. Published with the test kit.
 */
@NullMarked
package io.millrace.testkit.source;

import org.jspecify.annotations.NullMarked;

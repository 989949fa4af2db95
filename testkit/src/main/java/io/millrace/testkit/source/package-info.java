/**
 * What every source must do, as tests a source's author subclasses; and the rules of a stream's
 * events, checked as they come. Published with the test kit.
 */
@NullMarked
package io.millrace.testkit.source;

import org.jspecify.annotations.NullMarked;

/** Fakes of upstreams: a log that a test writes. Public API. */
@NullMarked
package io.millrace.testkit.source;

import org.jspecify.annotations.NullMarked;

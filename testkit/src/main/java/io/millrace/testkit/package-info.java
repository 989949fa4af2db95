/** What a test needs to run Millrace without real time and, where it wishes, without servers. */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;

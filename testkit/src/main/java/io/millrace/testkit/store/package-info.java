/**
 * The contract of metadata stores as a test suite, and a store that fails by script. A store comes
 * in; failing tests go out. Public API.
 */
@NullMarked
package io.millrace.testkit.store;

import org.jspecify.annotations.NullMarked;

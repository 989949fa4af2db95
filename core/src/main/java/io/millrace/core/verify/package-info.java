/**
 * Verification: two snapshots taken at one position come in, the differences between upstream and
 * downstream go out. Not public API.
 */
@NullMarked
package io.millrace.core.verify;

import org.jspecify.annotations.NullMarked;

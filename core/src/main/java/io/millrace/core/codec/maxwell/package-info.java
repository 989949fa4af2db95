/**
 * Encoder of Maxwell's JSON: rows and schema changes come in, JSON texts go out, many rows in one
 * message. Not public API.
 */
@NullMarked
package io.millrace.core.codec.maxwell;

import org.jspecify.annotations.NullMarked;

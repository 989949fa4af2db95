/**
 * The life of a changefeed: its states, what errors do to it, and the rules its specification must
 * keep. Records come in, records go out; nothing here does I/O. Not public API.
 */
@NullMarked
package io.millrace.core.changefeed;

import org.jspecify.annotations.NullMarked;

/**
 * Encoder of TiCDC's open protocol: rows, schema changes and watermarks come in, framed JSON texts
 * go out, many rows in one message. Not public API.
 */
@NullMarked
package io.millrace.core.codec.openprotocol;

import org.jspecify.annotations.NullMarked;

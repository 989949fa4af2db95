/**
 * Encoder of Debezium's JSON: rows, schema changes and watermarks come in, one message each goes
 * out, as Debezium's MySQL connector writes them. Not public API.
 */
@NullMarked
package io.millrace.core.codec.debezium;

import org.jspecify.annotations.NullMarked;

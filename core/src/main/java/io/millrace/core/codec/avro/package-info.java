/**
 * Encoder of Avro in Confluent's wire format: rows come in, their schemas go to a registry, and one
 * message per row goes out. Not public API.
 */
@NullMarked
package io.millrace.core.codec.avro;

import org.jspecify.annotations.NullMarked;

/**
 * Values as text and JSON bytes, shared by the codecs and the sources, and what else the codecs
 * share: columns of a message, and messages that wait to be taken. Typed values come in, bytes go
 * out through a {@link io.millrace.api.event.ByteSink}; nothing is allocated for a value where the
 * JDK does not force it. Not public API.
 */
@NullMarked
package io.millrace.core.text;

import org.jspecify.annotations.NullMarked;

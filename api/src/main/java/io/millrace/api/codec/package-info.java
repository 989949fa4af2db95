/** The SPI of encoders: events come in, messages of one protocol go out as bytes. */
@NullMarked
package io.millrace.api.codec;

import org.jspecify.annotations.NullMarked;

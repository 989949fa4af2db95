/**
 * The SPI of upstreams: one server whose log is read as a stream of events from any position it
 * still has.
 */
@NullMarked
package io.millrace.api.source;

import org.jspecify.annotations.NullMarked;

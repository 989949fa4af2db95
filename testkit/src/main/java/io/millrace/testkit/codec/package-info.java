/**
 * What an encoder must do, as tests: subclass {@link io.millrace.testkit.codec.EncoderContract} for
 * an encoder of your own. Public API.
 */
@NullMarked
package io.millrace.testkit.codec;

import org.jspecify.annotations.NullMarked;

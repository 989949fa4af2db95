/**
 * What all message protocols share: key-changing updates come in and their delete and insert go
 * out. Not public API.
 */
@NullMarked
package io.millrace.core.codec;

import org.jspecify.annotations.NullMarked;

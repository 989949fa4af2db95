/**
 * One node: its registration, its candidacy, and the control loop that lets the owner and the
 * processors decide and stores what they say. Not public API.
 */
@NullMarked
package io.millrace.core.capture;

import org.jspecify.annotations.NullMarked;

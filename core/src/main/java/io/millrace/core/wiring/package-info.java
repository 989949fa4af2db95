/**
 * How the parts of one node are put together: what the builder was given comes in, its store,
 * upstream, connectors and engine go out. The only room that knows Dagger. Not public API.
 */
@NullMarked
package io.millrace.core.wiring;

import org.jspecify.annotations.NullMarked;

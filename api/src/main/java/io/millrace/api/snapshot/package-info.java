/**
 * What an upstream and a downstream may offer so that they can be compared. An SPI: connectors
 * implement it.
 */
@NullMarked
package io.millrace.api.snapshot;

import org.jspecify.annotations.NullMarked;

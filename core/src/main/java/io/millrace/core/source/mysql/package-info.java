/**
 * The upstreams {@code mysql://} and {@code mariadb://}: connection, log stream, positions and the
 * assembly of transactions. A server's binary log comes in, change events go out; row images are
 * decoded by the package {@code row}. Not public API.
 */
@NullMarked
package io.millrace.core.source.mysql;

import org.jspecify.annotations.NullMarked;

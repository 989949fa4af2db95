/**
 * The standalone server: {@link io.millrace.transport.jdkhttp.server.MillraceServer} reads the
 * command line, builds a {@link io.millrace.core.CdcService} and serves it by HTTP until it is told
 * to stop.
 */
@NullMarked
package io.millrace.transport.jdkhttp.server;

import org.jspecify.annotations.NullMarked;

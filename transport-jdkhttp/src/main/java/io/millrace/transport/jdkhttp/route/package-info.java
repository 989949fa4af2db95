/**
 * Finds out which part of an API a request is for. A {@link
 * io.millrace.transport.jdkhttp.route.Request} comes in, the {@link
 * io.millrace.transport.jdkhttp.route.Response} of the one matching {@link
 * io.millrace.transport.jdkhttp.route.Route} goes out. No type of any HTTP server appears here.
 */
@NullMarked
package io.millrace.transport.jdkhttp.route;

import org.jspecify.annotations.NullMarked;

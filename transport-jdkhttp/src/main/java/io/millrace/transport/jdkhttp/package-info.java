/**
 * {@link io.millrace.transport.jdkhttp.JdkHttpTransport}: API v1 on the HTTP server that the JDK
 * has. A service goes in, an address comes out; the rooms below know no JDK server type.
 */
@NullMarked
package io.millrace.transport.jdkhttp;

import org.jspecify.annotations.NullMarked;

/**
 * TiCDC's OpenAPI v1. Requests come in, calls of {@link io.millrace.core.CdcService} go out, and
 * what it returns or throws is rendered as the API documents it. {@link
 * io.millrace.transport.jdkhttp.v1.ApiV1} is the door; names and forms of the wire are known in
 * this room only.
 */
@NullMarked
package io.millrace.transport.jdkhttp.v1;

import org.jspecify.annotations.NullMarked;

/**
 * Whom a server answers: browsers on behalf of other sites are refused, callers prove who they are
 * by certificate, token or password. A {@link io.millrace.transport.jdkhttp.route.Request} and the
 * role it needs come in; a refusal goes out as {@link io.millrace.api.CdcException}.
 */
@NullMarked
package io.millrace.transport.jdkhttp.guard;

import org.jspecify.annotations.NullMarked;

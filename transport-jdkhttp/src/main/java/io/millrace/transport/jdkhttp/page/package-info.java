/**
 * The status page: files from the jar that a browser shows, with headers that let it ask this
 * server only. No request is looked at here.
 */
@NullMarked
package io.millrace.transport.jdkhttp.page;

import org.jspecify.annotations.NullMarked;

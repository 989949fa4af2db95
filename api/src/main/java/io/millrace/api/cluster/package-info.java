/** Captures and processors as callers see them. */
@NullMarked
package io.millrace.api.cluster;

import org.jspecify.annotations.NullMarked;

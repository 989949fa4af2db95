/**
 * What a source emits and a sink takes: row batches, schema changes and resolved timestamps, each
 * with its position in the upstream's log. Rows are lazily decoded views.
 */
@NullMarked
package io.millrace.api.event;

import org.jspecify.annotations.NullMarked;

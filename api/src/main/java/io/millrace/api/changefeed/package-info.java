/**
 * Changefeeds as callers see them: what is asked for (specifications, updates) and what is answered
 * (summaries, details).
 */
@NullMarked
package io.millrace.api.changefeed;

import org.jspecify.annotations.NullMarked;

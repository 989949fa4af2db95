/**
 * The metadata store {@code memory:}. Transactions come in, revisions go out, and all is forgotten
 * with the process. Not public API.
 */
@NullMarked
package io.millrace.core.store.memory;

import org.jspecify.annotations.NullMarked;

/**
 * What the stores inside one process share: the ordered map with its revisions, guards, watches and
 * leases. Transactions come in; journaled commits go out to whoever makes them durable, and only
 * then anybody sees them. Not public API.
 */
@NullMarked
package io.millrace.core.store;

import org.jspecify.annotations.NullMarked;

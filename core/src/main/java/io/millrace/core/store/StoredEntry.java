package io.millrace.core.store;

import io.millrace.api.store.Entry;

/**
 * An entry and whether a lease holds it.
 *
 * @param entry the entry
 * @param leased whether the key vanishes with a lease
 */
public record StoredEntry(Entry entry, boolean leased) {}

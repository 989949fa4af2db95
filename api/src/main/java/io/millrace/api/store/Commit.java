package io.millrace.api.store;

/**
 * The outcome of a transaction.
 *
 * @param applied whether all guards held
 * @param revision the revision of the commit, or the store's present one where nothing was applied
 *     or changed
 */
public record Commit(boolean applied, long revision) {}

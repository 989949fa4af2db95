package io.millrace.api.store;

/**
 * One key and its value.
 *
 * @param key the key
 * @param value the JSON text
 * @param createRevision the revision of the commit that made the key
 * @param modRevision the revision of the commit that wrote the value
 */
public record Entry(String key, String value, long createRevision, long modRevision) {}

package io.millrace.core.meta;

/** That a capture is to be emptied of tables; it has no content. */
public record DrainRecord() {}

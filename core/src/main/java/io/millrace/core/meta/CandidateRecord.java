package io.millrace.core.meta;

/** A candidate for the owner; all it says is in its key. */
public record CandidateRecord() {}

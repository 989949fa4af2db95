package io.millrace.core.meta;

import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.Resolved;
import java.time.Instant;

/**
 * What is wanted of a changefeed. Written by {@code CdcService} only.
 *
 * @param spec what was asked for, with its effective start ts and its id
 * @param incarnation tells it from a changefeed created later under the same name
 * @param wish what it shall do
 * @param generation grows when the user pauses or resumes; the owner forgets errors of older ones
 * @param start where it begins
 * @param createTime when it was created
 * @param creatorVersion the version of Millrace that created it
 */
public record SpecRecord(
    ChangefeedSpec spec,
    String incarnation,
    Wish wish,
    long generation,
    Resolved start,
    Instant createTime,
    String creatorVersion) {

  /** What a changefeed shall do. */
  public enum Wish {
    /** Replicate. */
    RUNNING,
    /** Rest. */
    STOPPED,
    /** Be taken down. */
    REMOVED
  }

  /** Returns the record with another wish of the next generation. */
  public SpecRecord wishing(Wish next) {
    return new SpecRecord(
        spec, incarnation, next, generation + 1, start, createTime, creatorVersion);
  }

  /** Returns the record with another configuration. */
  public SpecRecord with(ChangefeedSpec next) {
    return new SpecRecord(next, incarnation, wish, generation, start, createTime, creatorVersion);
  }
}

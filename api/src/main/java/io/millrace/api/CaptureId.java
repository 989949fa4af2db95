package io.millrace.api;

import org.jspecify.annotations.Nullable;

/**
 * The name of one registration of a capture; a node that registers again gets a new one.
 *
 * @param value 1 to 128 ASCII letters, digits and single hyphens between them; letter case matters
 */
public record CaptureId(String value) implements Comparable<CaptureId> {
  /**
   * Creates an id.
   *
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} if the value breaks the rule
   */
  public CaptureId {
    Ids.check("capture_id", value);
  }

  // a record's own equals is put together when it is first called, in the midst of a node's start
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CaptureId id && id.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public int compareTo(CaptureId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package io.millrace.api;

/**
 * The name of a changefeed.
 *
 * @param value 1 to 128 ASCII letters, digits and single hyphens between them; letter case matters
 */
public record ChangefeedId(String value) implements Comparable<ChangefeedId> {
  /**
   * Creates an id.
   *
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} if the value breaks the rule
   */
  public ChangefeedId {
    Ids.check("changefeed_id", value);
  }

  @Override
  public int compareTo(ChangefeedId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package io.millrace.api;

import java.util.regex.Pattern;

/** The rule for changefeed and capture ids (API v1, 4.1). */
final class Ids {
  static final int MAX_LENGTH = 128;
  static final String RULE = "^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$";
  private static final Pattern PATTERN = Pattern.compile(RULE);
  private static final int SHOWN = 160;

  private Ids() {}

  static void check(String what, String value) {
    if (value.length() > MAX_LENGTH || !PATTERN.matcher(value).matches()) {
      String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM,
          "invalid %s: %s, must match %s and have at most %d characters"
              .formatted(what, shown, RULE, MAX_LENGTH));
    }
  }
}

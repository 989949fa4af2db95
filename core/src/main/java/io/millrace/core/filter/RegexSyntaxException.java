package io.millrace.core.filter;

/** A regular expression does not parse; the message names what is wrong and the part that is. */
final class RegexSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 100;

  RegexSyntaxException(String reason, String part) {
    super(reason + ": `" + shortened(part) + "`");
  }

  private static String shortened(String part) {
    return part.length() <= SHOWN ? part : part.substring(0, SHOWN) + "...";
  }
}

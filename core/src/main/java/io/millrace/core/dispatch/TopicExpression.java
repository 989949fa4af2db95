package io.millrace.core.dispatch;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic's name, or a pattern such as {@code {schema}_{table}} that gives each table one.
 *
 * <p><i>Threads:</i> immutable; any thread. <i>Source:</i> dispatcher specification, section 8.
 */
public final class TopicExpression {
  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9._-]*(\\{schema\\})?([A-Za-z0-9._-]*\\{table\\})?[A-Za-z0-9._-]*");
  private static final int MOST = 249;

  private final String text;
  private final boolean namesTables;

  private TopicExpression(String text, boolean namesTables) {
    this.text = text;
    this.namesTables = namesTables;
  }

  /**
   * Returns the expression of a text.
   *
   * @throws CdcException {@link StandardErrorCode#KAFKA_TOPIC_EXPR_INVALID}
   */
  public static TopicExpression parse(String text) {
    Matcher parts = VALID.matcher(text);
    if (!parts.matches()) {
      throw new CdcException(
          StandardErrorCode.KAFKA_TOPIC_EXPR_INVALID,
          "invalid topic expression: "
              + text
              + ", it may hold letters, digits, '.', '_', '-', and once each {schema} and then"
              + " {table}");
    }
    return new TopicExpression(text, parts.group(1) != null && parts.group(2) != null);
  }

  /** Returns whether all tables get the same topic. */
  public boolean isFixed() {
    return text.indexOf('{') < 0;
  }

  /** Returns whether each table gets a topic of its own, as avro needs it. */
  public boolean namesTables() {
    return namesTables;
  }

  /** Returns the topic of a table. */
  public String topic(TableName table) {
    if (isFixed()) {
      return text;
    }
    String topic =
        text.replace("{schema}", plain(table.schema())).replace("{table}", plain(table.table()));
    if (topic.equals(".")) {
      return "_";
    }
    if (topic.equals("..")) {
      return "__";
    }
    return topic.length() > MOST ? topic.substring(0, MOST) : topic;
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder(name.length());
    name.codePoints().forEach(c -> plain.append(isPlain(c) ? (char) c : '_'));
    return plain.toString();
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  @Override
  public String toString() {
    return text;
  }
}

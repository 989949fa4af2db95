package io.millrace.core.ddl;

import io.millrace.api.TableName;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The tokens of a statement and a place among them. Comments are left out; what stands in
 * executable comments counts. Text is read only as far as it is asked for.
 */
final class Tokens {
  /** What a token is. */
  enum Kind {
    WORD,
    BACKTICKED,
    DOUBLE_QUOTED,
    STRING,
    SYMBOL,
    END
  }

  private final String sql;
  private final String currentSchema;
  private final boolean escapes;
  private final boolean ansiQuotes;
  private Kind[] kinds = new Kind[16];
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int count;
  private int scanned;
  private int executable;
  private int place;

  Tokens(String sql, String currentSchema, boolean escapes, boolean ansiQuotes) {
    this.sql = sql;
    this.currentSchema = currentSchema;
    this.escapes = escapes;
    this.ansiQuotes = ansiQuotes;
  }

  /** Returns the database that is current. */
  String currentSchema() {
    return currentSchema;
  }

  /** Returns the place, to come back to. */
  int place() {
    return place;
  }

  /** Moves to a place. */
  void moveTo(int to) {
    place = to;
  }

  /** Returns the kind of the token so many places ahead. */
  Kind kind(int ahead) {
    int index = index(ahead);
    return kinds[index];
  }

  /** Returns whether the statement has ended. */
  boolean atEnd() {
    return kind(0) == Kind.END;
  }

  /** Goes over one token; stays at the end. */
  void skip() {
    if (!atEnd()) {
      place++;
    }
  }

  /** Returns whether these unquoted words come next. */
  boolean sees(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (!wordIs(i, words[i])) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the token so many places ahead is this unquoted word. */
  boolean wordIs(int ahead, String word) {
    int index = index(ahead);
    return kinds[index] == Kind.WORD
        && ends[index] - starts[index] == word.length()
        && sql.regionMatches(true, starts[index], word, 0, word.length());
  }

  /** Returns whether one of these unquoted words comes next. */
  boolean seesAny(String... words) {
    for (String word : words) {
      if (wordIs(0, word)) {
        return true;
      }
    }
    return false;
  }

  /** Goes over these words if all of them come next. */
  boolean takes(String... words) {
    boolean there = sees(words);
    if (there) {
      place += words.length;
    }
    return there;
  }

  /** Goes over one of these words if it comes next. */
  boolean takesAny(String... words) {
    boolean there = seesAny(words);
    if (there) {
      place++;
    }
    return there;
  }

  /** Returns whether this symbol comes next. */
  boolean seesSymbol(char symbol) {
    int index = index(0);
    return kinds[index] == Kind.SYMBOL && sql.charAt(starts[index]) == symbol;
  }

  /** Goes over a symbol if it comes next. */
  boolean takesSymbol(char symbol) {
    boolean there = seesSymbol(symbol);
    if (there) {
      place++;
    }
    return there;
  }

  /** Goes over IF EXISTS or IF NOT EXISTS. */
  void skipCondition() {
    if (!takes("IF", "EXISTS")) {
      takes("IF", "NOT", "EXISTS");
    }
  }

  /** Goes over what is in parentheses if they open here, else over one token. */
  void skipGroup() {
    int depth = 0;
    do {
      depth += seesSymbol('(') ? 1 : seesSymbol(')') ? -1 : 0;
      skip();
    } while (depth > 0 && !atEnd());
  }

  /** Returns the next token's text as written, in upper case. */
  String upper() {
    int index = index(0);
    return sql.substring(starts[index], ends[index]).toUpperCase(Locale.ROOT);
  }

  /** Goes over a name and returns it; empty if none comes next. */
  Optional<String> identifier() {
    int index = index(0);
    Optional<String> name =
        switch (kinds[index]) {
          case WORD -> Optional.of(sql.substring(starts[index], ends[index]));
          case BACKTICKED -> Optional.of(unquoted(index, false));
          case DOUBLE_QUOTED -> Optional.of(unquoted(index, escapes && !ansiQuotes));
          case STRING, SYMBOL, END -> Optional.empty();
        };
    if (name.isPresent()) {
      place++;
    }
    return name;
  }

  /** Goes over a table's name and returns it in full; empty if none comes next. */
  Optional<TableName> tableName() {
    boolean dotted = takesSymbol('.');
    Optional<String> first = identifier();
    if (dotted || first.isEmpty() || !takesSymbol('.')) {
      return first.map(table -> new TableName(currentSchema, table));
    }
    return identifier().map(table -> new TableName(first.get(), table));
  }

  /** Goes over a string and returns its value; empty if none comes next. */
  Optional<String> string() {
    int index = index(0);
    if (kinds[index] != Kind.STRING && kinds[index] != Kind.DOUBLE_QUOTED) {
      return Optional.empty();
    }
    place++;
    return Optional.of(unquoted(index, escapes));
  }

  /** Returns whether the next token follows this one without anything between. */
  boolean touchesNext() {
    int next = index(1);
    return ends[index(0)] == starts[next];
  }

  private String unquoted(int index, boolean withEscapes) {
    char quote = sql.charAt(starts[index]);
    int end = ends[index];
    StringBuilder text = new StringBuilder(end - starts[index]);
    for (int i = starts[index] + 1; i < end; i++) {
      char c = sql.charAt(i);
      if (c == quote) {
        i++;
        if (i >= end) {
          break;
        }
      } else if (withEscapes && c == '\\' && i + 1 < end) {
        i++;
        c = unescaped(sql.charAt(i));
      }
      text.append(c);
    }
    return text.toString();
  }

  private static char unescaped(char c) {
    return switch (c) {
      case '0' -> 0;
      case 'b' -> '\b';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'Z' -> 26;
      default -> c;
    };
  }

  private int index(int ahead) {
    int wanted = place + ahead;
    while (count <= wanted && (count == 0 || kinds[count - 1] != Kind.END)) {
      scan();
    }
    return Math.min(wanted, count - 1);
  }

  private void add(Kind kind, int start, int end) {
    if (count == kinds.length) {
      kinds = Arrays.copyOf(kinds, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count] = end;
    count++;
    scanned = end;
  }

  private void scan() {
    int start = pastBlanks(scanned);
    if (start >= sql.length() || sql.charAt(start) == ';' || sql.charAt(start) == 0) {
      add(Kind.END, start, start);
      return;
    }
    char c = sql.charAt(start);
    if (isWordPart(c)) {
      int end = start + 1;
      while (end < sql.length() && isWordPart(sql.charAt(end))) {
        end++;
      }
      add(Kind.WORD, start, end);
    } else if (c == '`') {
      add(Kind.BACKTICKED, start, endOfQuoted(start, false));
    } else if (c == '"') {
      add(Kind.DOUBLE_QUOTED, start, endOfQuoted(start, escapes && !ansiQuotes));
    } else if (c == '\'') {
      add(Kind.STRING, start, endOfQuoted(start, escapes));
    } else {
      add(Kind.SYMBOL, start, start + 1);
    }
  }

  private static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }

  /** Returns the end of a quoted token; the quote doubled, or escaped, stands for itself. */
  private int endOfQuoted(int start, boolean withEscapes) {
    char quote = sql.charAt(start);
    int at = start + 1;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (withEscapes && c == '\\') {
        at++;
      } else if (c == quote) {
        if (at >= sql.length() || sql.charAt(at) != quote) {
          return at;
        }
        at++;
      }
    }
    return sql.length();
  }

  /** Returns the start of the next token behind blanks, comments and executable brackets. */
  private int pastBlanks(int from) {
    int at = from;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c != 0 && c <= ' ') {
        at++;
      } else if (c == '#' || isDashComment(at)) {
        int line = sql.indexOf('\n', at);
        at = line < 0 ? sql.length() : line + 1;
      } else if (sql.startsWith("/*", at)) {
        at = pastComment(at);
      } else if (executable > 0 && sql.startsWith("*/", at)) {
        executable--;
        at += 2;
      } else {
        return at;
      }
    }
    return at;
  }

  private boolean isDashComment(int at) {
    return sql.startsWith("--", at) && (at + 2 >= sql.length() || sql.charAt(at + 2) <= ' ');
  }

  /** Goes past a comment, or past the opening bracket and version of an executable one. */
  private int pastComment(int at) {
    int bang = sql.startsWith("M!", at + 2) ? at + 3 : at + 2;
    if (bang >= sql.length() || sql.charAt(bang) != '!') {
      int end = sql.indexOf("*/", at + 2);
      return end < 0 ? sql.length() : end + 2;
    }
    executable++;
    int version = bang + 1;
    int end = version;
    while (end < sql.length() && end - version < 6 && Character.digit(sql.charAt(end), 10) >= 0) {
      end++;
    }
    return end - version >= 5 ? end : version;
  }
}

package io.millrace.core.filter;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Goes over rules as they are written: drops blanks and comments, reads files, names the place. */
final class RuleLines {
  private static final String IN_REQUEST = "<cmdline>";

  /** Takes what is left of one line. */
  interface Reader {
    void read(String rule) throws RuleSyntaxException;
  }

  private final TableFilter.Imports imports;
  private final Reader reader;

  RuleLines(TableFilter.Imports imports, Reader reader) {
    this.imports = imports;
    this.reader = reader;
  }

  void readAll(List<String> rules) {
    for (String rule : rules) {
      String line = trim(rule);
      if (line.startsWith("@")) {
        readFile(line.substring(1));
      } else {
        readLine(line, IN_REQUEST, 1);
      }
    }
  }

  private void readLine(String line, String place, int number) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    try {
      reader.read(line);
    } catch (RuleSyntaxException e) {
      throw new CdcException(
          StandardErrorCode.FILTER_RULE_INVALID, message(place, number, e.reason()), e);
    }
  }

  private void readFile(String name) {
    if (imports == TableFilter.Imports.REFUSED) {
      throw wrong(IN_REQUEST, 1, "filter files cannot be imported here; give the rules themselves");
    }
    int number = 0;
    for (String raw : linesOf(name)) {
      number++;
      String line = trim(raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw);
      if (line.startsWith("@")) {
        throw wrong(name, number, "importing filter files recursively is not allowed");
      }
      readLine(line, name, number);
    }
  }

  private static List<String> linesOf(String name) {
    try {
      if (name.isEmpty()) {
        throw new NoSuchFileException(name);
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(name)));
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return List.of(text.split("\n", -1));
    } catch (NoSuchFileException | InvalidPathException e) {
      throw wrong(
          IN_REQUEST, 1, "cannot open filter file: open " + name + ": no such file or directory");
    } catch (CharacterCodingException e) {
      throw wrong(IN_REQUEST, 1, "cannot read filter file: " + name + " is not in UTF-8");
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.FILTER_RULE_INVALID,
          message(IN_REQUEST, 1, "cannot read filter file: " + e.getMessage()),
          e);
    }
  }

  private static CdcException wrong(String place, int number, String reason) {
    return new CdcException(StandardErrorCode.FILTER_RULE_INVALID, message(place, number, reason));
  }

  private static String message(String place, int number, String reason) {
    return "filter rule is invalid: at " + place + ":" + number + ": " + reason;
  }

  /** Returns a line without the blanks and tabs at its ends; other white space stays. */
  private static String trim(String line) {
    int begin = 0;
    int end = line.length();
    while (begin < end && isBlank(line.charAt(begin))) {
      begin++;
    }
    while (begin < end && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(begin, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}

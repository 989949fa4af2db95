package io.millrace.core.ddl;

import io.millrace.core.ddl.Statement.Step;
import java.util.Locale;
import java.util.Optional;

/** Reads transaction control. */
final class TransactionStatement {
  private static final String NO_DIGITS = "";

  private TransactionStatement() {}

  /** Returns the statement whose verb was read. */
  static Optional<Statement> read(Tokens tokens, String verb) {
    return switch (verb) {
      case "BEGIN" -> tokens.sees("NOT") ? Optional.empty() : step(Step.BEGIN);
      case "START" -> start(tokens);
      case "COMMIT" -> step(Step.COMMIT);
      case "SAVEPOINT" -> step(Step.SAVEPOINT);
      case "RELEASE" -> tokens.takes("SAVEPOINT") ? step(Step.RELEASE_SAVEPOINT) : Optional.empty();
      case "ROLLBACK" -> {
        tokens.takes("WORK");
        yield step(tokens.sees("TO") ? Step.ROLLBACK_TO_SAVEPOINT : Step.ROLLBACK);
      }
      default -> xa(tokens);
    };
  }

  private static Optional<Statement> start(Tokens tokens) {
    if (tokens.takes("TRANSACTION")) {
      return step(Step.BEGIN);
    }
    return tokens.seesAny("SLAVE", "REPLICA", "GROUP_REPLICATION", "ALL")
        ? Optional.of(new Statement.Irrelevant("START"))
        : Optional.empty();
  }

  private static Optional<Statement> step(Step step) {
    return Optional.of(new Statement.Transaction(step, Optional.empty()));
  }

  private static Optional<Statement> xa(Tokens tokens) {
    if (tokens.takes("RECOVER")) {
      return Optional.of(new Statement.Irrelevant("XA"));
    }
    String verb = tokens.upper();
    tokens.skip();
    Optional<Xid> xid = xid(tokens);
    Optional<Step> step =
        switch (verb) {
          case "START", "BEGIN" -> Optional.of(Step.XA_START);
          case "END" -> Optional.of(Step.XA_END);
          case "PREPARE" -> Optional.of(Step.XA_PREPARE);
          case "COMMIT" ->
              Optional.of(tokens.takes("ONE", "PHASE") ? Step.XA_COMMIT_ONE_PHASE : Step.XA_COMMIT);
          case "ROLLBACK" -> Optional.of(Step.XA_ROLLBACK);
          default -> Optional.empty();
        };
    return xid.isPresent()
        ? step.map(known -> new Statement.Transaction(known, xid))
        : Optional.empty();
  }

  private static Optional<Xid> xid(Tokens tokens) {
    Optional<String> gtrid = part(tokens);
    if (gtrid.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> bqual = tokens.takesSymbol(',') ? part(tokens) : Optional.of(NO_DIGITS);
    Optional<Long> format = tokens.takesSymbol(',') ? number(tokens) : Optional.of(1L);
    return bqual.isEmpty() || format.isEmpty()
        ? Optional.empty()
        : Optional.of(new Xid(gtrid.get(), bqual.get(), format.get()));
  }

  /** Returns the hexadecimal digits of a string: {@code 'x'}, {@code X'78'} or {@code 0x78}. */
  private static Optional<String> part(Tokens tokens) {
    if (tokens.sees("X") && tokens.touchesNext()) {
      tokens.skip();
      return tokens.string().flatMap(TransactionStatement::hex);
    }
    if (tokens.kind(0) == Tokens.Kind.WORD) {
      String word = tokens.upper();
      tokens.skip();
      return word.startsWith("0X") ? hex(word.substring(2)) : Optional.empty();
    }
    return tokens.string().map(Xid::digits);
  }

  private static Optional<String> hex(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      if (Character.digit(digits.charAt(i), 16) < 0 || digits.charAt(i) >= 0x80) {
        return Optional.empty();
      }
    }
    String even = digits.length() % 2 == 0 ? digits : "0" + digits;
    return Optional.of(even.toLowerCase(Locale.ROOT));
  }

  private static Optional<Long> number(Tokens tokens) {
    boolean negative = tokens.takesSymbol('-');
    String word = tokens.kind(0) == Tokens.Kind.WORD ? tokens.upper() : "";
    if (word.isEmpty() || word.length() > 12) {
      return Optional.empty();
    }
    int radix = word.startsWith("0X") ? 16 : 10;
    long value = 0;
    for (int i = radix == 16 ? 2 : 0; i < word.length(); i++) {
      char c = word.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      value = value * radix + digit;
    }
    tokens.skip();
    return Optional.of(negative ? -value : value);
  }
}

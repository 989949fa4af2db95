package io.millrace.core.ddl;

/**
 * The words between CREATE, ALTER or DROP and the kind of object.
 *
 * @param temporary whether TEMPORARY is one of them
 */
record Modifiers(boolean temporary) {

  /** Goes over the modifiers that come next. */
  static Modifiers read(Tokens tokens) {
    boolean temporary = false;
    boolean more = true;
    while (more) {
      if (tokens.takes("TEMPORARY")) {
        temporary = true;
      } else if (tokens.takesAny("ALGORITHM", "DEFINER")) {
        tokens.takesSymbol('=');
        account(tokens);
      } else if (tokens.takes("SQL", "SECURITY")) {
        tokens.skip();
      } else {
        more =
            tokens.takes("OR", "REPLACE")
                || tokens.takesAny("ONLINE", "OFFLINE", "IGNORE", "AGGREGATE", "UNDO")
                || tokens.takesAny("UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR");
      }
    }
    return new Modifiers(temporary);
  }

  /** Goes over {@code user@host}, {@code CURRENT_USER()} or one word. */
  private static void account(Tokens tokens) {
    tokens.skip();
    if (tokens.takesSymbol('@')) {
      tokens.skip();
    } else if (tokens.seesSymbol('(')) {
      tokens.skipGroup();
    }
  }
}

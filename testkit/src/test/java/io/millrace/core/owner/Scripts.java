package io.millrace.core.owner;

import io.millrace.api.TableName;
import io.millrace.testkit.source.ScriptedSource;
import java.util.function.Consumer;

/** What happens upstream: rows, a schema change, and rows behind it. */
@SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
enum Scripts {
  ALTER(source -> source.alter(a()), a(), b()),
  ALTER_UNTOLD(
      source -> {
        source.tellDefinitions(false);
        source.alter(a());
      },
      a(),
      b()),
  /** Two changes while an XA transaction is open: every stream is opened before both. */
  ALTER_IN_XA(
      source -> {
        source.alter(a());
        source.insert(2, a(), b());
        source.alter(b());
      },
      a(),
      b()),
  TRUNCATE(source -> source.truncate(a()), a(), b()),
  CREATE(source -> source.create(c()), a(), b(), c()),
  DROP(source -> source.drop(a()), b()),
  RENAME(source -> source.rename(a(), c()), b(), c()),
  /** Two tables that are met for the first time in one transaction. */
  ADOPT(
      source -> {
        source.addUnlisted(c());
        source.addUnlisted(new TableName("shop", "d"));
        source.insert(2, a(), c(), new TableName("shop", "d"));
      },
      b(),
      c());

  private final Consumer<ScriptedSource> change;
  private final TableName[] after;

  Scripts(Consumer<ScriptedSource> change, TableName... after) {
    this.change = change;
    this.after = after;
  }

  private static TableName a() {
    return new TableName("shop", "a");
  }

  private static TableName b() {
    return new TableName("shop", "b");
  }

  private static TableName c() {
    return new TableName("shop", "c");
  }

  /** Makes the tables there are at the start. */
  static void begin(ScriptedSource source) {
    source.add(a());
    source.add(b());
  }

  /** Writes the log. */
  void write(ScriptedSource source) {
    if (this == ALTER_IN_XA) {
      source.holdRestart();
    }
    source.insert(1, a(), b());
    change.accept(source);
    source.insert(3, after);
  }
}

/** A program on the module path that embeds Millrace. */
module shop.changes {
  requires io.millrace.api;
  requires io.millrace.core;
  requires java.sql;
}

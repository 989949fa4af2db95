package io.millrace.transport.jdkhttp.v1;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;

/** How JSON texts are laid out: as Go does, with one blank after a colon only. */
final class Layout {
  private Layout() {}

  /** Returns the layout of API v1. */
  static DefaultPrettyPrinter printer() {
    return indented("    ");
  }

  /** Returns the layout of the paths without a version. */
  static DefaultPrettyPrinter oldPrinter() {
    return indented(" ");
  }

  private static DefaultPrettyPrinter indented(String indent) {
    DefaultIndenter indenter = new DefaultIndenter(indent, "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }
}

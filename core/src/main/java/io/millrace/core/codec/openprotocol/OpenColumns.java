package io.millrace.core.codec.openprotocol;

import io.millrace.api.event.ColumnType;
import io.millrace.core.text.ByteBuilder;
import io.millrace.core.text.Columns;
import io.millrace.core.text.JsonText;
import java.nio.charset.StandardCharsets;

/** Columns, and all bytes of theirs that stand in front of the value. */
final class OpenColumns {
  /** How a value is written. */
  enum Form {
    /** As most protocols write it. */
    COMMON,
    /** Text in base64 too. */
    BASE64,
    /** Bytes as Go quotes them. */
    ESCAPED
  }

  private final Columns columns;
  private final byte[][] heads;
  private final Form[] forms;

  OpenColumns(Columns columns) {
    this.columns = columns;
    heads = new byte[columns.size()][];
    forms = new Form[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      int column = columns.column(i);
      ColumnType type = columns.definition(i).type();
      String head =
          ","
              + JsonText.string(columns.definition(i).name())
              + ":{\"t\":"
              + type.code()
              + (ColumnFlags.isHandleKey(columns.table(), column) ? ",\"h\":true" : "")
              + ",\"f\":"
              + ColumnFlags.of(columns.table(), column)
              + ",\"v\":";
      heads[i] = head.getBytes(StandardCharsets.UTF_8);
      forms[i] =
          switch (type) {
            case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> Form.BASE64;
            case BINARY, VARBINARY -> Form.ESCAPED;
            default -> Form.COMMON;
          };
    }
  }

  Columns columns() {
    return columns;
  }

  Form form(int position) {
    return forms[position];
  }

  /** Appends what stands in front of a value, with a comma but for the first. */
  void writeHead(int position, boolean first, ByteBuilder out) {
    byte[] head = heads[position];
    int skipped = first ? 1 : 0;
    out.write(head, skipped, head.length - skipped);
  }
}

package io.millrace.core.source.mysql.row;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Values of MariaDB's COMPRESSED columns.
 *
 * <p><i>Source:</i> MariaDB's field_comp.cc: a first byte of 0 stands before a value as it is; of
 * any other, bits 4 to 7 are the method (8 is zlib), bit 3 tells that zlib's own header is there,
 * bits 0 to 2 how many bytes of original length follow.
 */
final class CompressedColumn {
  private static final int ZLIB = 8;
  private static final int WRAPPED = 8;
  private static final int CHUNK = 8192;

  private CompressedColumn() {}

  /** Returns the plain value. */
  static byte[] inflate(byte[] b, int at, int length, String column) {
    if (length == 0) {
      return new byte[0];
    }
    Cursor cursor = new Cursor(b, at, length, "the compressed value of column " + column);
    int head = cursor.u8();
    if (head == 0) {
      return cursor.take(cursor.remaining());
    }
    if (head >> 4 != ZLIB) {
      throw Unreadable.refused(
          "column "
              + column
              + " is compressed by method "
              + (head >> 4)
              + ", which is not known; SET GLOBAL column_compression_... to zlib");
    }
    long original = BinaryNumbers.big(b, cursor.skip(head & 7), head & 7);
    ByteCollector plain = new ByteCollector();
    Inflater inflater = new Inflater((head & WRAPPED) == 0);
    try {
      inflater.setInput(b, cursor.position(), cursor.remaining());
      byte[] chunk = new byte[CHUNK];
      while (plain.length() < original) {
        int count = inflater.inflate(chunk);
        if (count == 0) {
          break;
        }
        plain.write(chunk, 0, count);
      }
    } catch (DataFormatException e) {
      throw Unreadable.damaged("column " + column + " cannot be inflated: " + e.getMessage());
    } finally {
      inflater.end();
    }
    if (plain.length() != original) {
      throw Unreadable.damaged("column " + column + " inflates to another length than " + original);
    }
    return plain.toBytes();
  }
}

package io.millrace.core.source.mysql.row;

/**
 * The layout of one column as a table map tells it: the type code and its metadata, understood.
 *
 * <p><i>Source:</i> the TABLE_MAP_EVENT of MySQL 8.0; codes 140 and 141 are MariaDB's.
 *
 * @param wire the layout
 * @param code the type code after unpacking, as MySQL numbers its types
 * @param size the bytes of a value; negative: minus the bytes of the length before it
 * @param length the most bytes of a string, the bits of a BIT, the bytes of a length before a BLOB
 *     or of an ENUM or SET, the precision of a DECIMAL
 * @param scale the digits after the point of a DECIMAL, the fsp of a temporal type
 */
record WireType(Wire wire, int code, int size, int length, int scale) {
  private static final int[] DECIMAL_BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

  /** Reads the metadata of a column of type {@code code} and returns its layout. */
  static WireType read(Flavor flavor, int code, Cursor meta, int column) {
    if (flavor == Flavor.MARIADB && (code == 7 || code == 11 || code == 12)) {
      throw Unreadable.refused(
          "column number "
              + (column + 1)
              + " stores times in the format of MariaDB 5.3, whose size the log does not tell;"
              + " SET GLOBAL mysql56_temporal_format=ON, rebuild the table with ALTER TABLE ..."
              + " FORCE, and start after that, or leave it out of the changefeed's filter");
    }
    return switch (code) {
      case 1, 2, 3, 8, 9 -> integer(code);
      case 4 -> floating(Wire.FLOAT, code, meta.u8(), 4, column);
      case 5 -> floating(Wire.DOUBLE, code, meta.u8(), 8, column);
      case 7 -> new WireType(Wire.OLD_TIMESTAMP, code, 4, 0, 0);
      case 10, 14 -> new WireType(Wire.DATE, 10, 3, 0, 0);
      case 11 -> new WireType(Wire.OLD_TIME, code, 3, 0, 0);
      case 12 -> new WireType(Wire.OLD_DATETIME, code, 8, 0, 0);
      case 13 -> new WireType(Wire.YEAR, code, 1, 0, 0);
      case 15 -> varchar((int) meta.little(2));
      case 16 -> bit(meta, column);
      case 17 -> temporal(Wire.TIMESTAMP, code, 4, meta.u8(), column);
      case 18 -> temporal(Wire.DATETIME, code, 5, meta.u8(), column);
      case 19 -> temporal(Wire.TIME, code, 3, meta.u8(), column);
      case 140 -> blob(Wire.COMPRESSED_BLOB, code, meta.u8(), column);
      case 141 -> compressedVarchar(code, (int) meta.little(2), column);
      case 245 -> blob(Wire.JSON, code, meta.u8(), column);
      case 246 -> decimal(meta.u8(), meta.u8(), column);
      case 252 -> blob(Wire.BLOB, code, meta.u8(), column);
      case 255 -> blob(Wire.GEOMETRY, code, meta.u8(), column);
      case 247, 248, 253, 254 -> string(code, meta.u8(), meta.u8(), column);
      default ->
          throw Unreadable.refused(
              "column number "
                  + (column + 1)
                  + " has type code "
                  + code
                  + ", which cannot be decoded; leave its table out of the changefeed's filter");
    };
  }

  /** Returns the bytes a DECIMAL takes. */
  static int decimalBytes(int digits) {
    return digits / 9 * 4 + DECIMAL_BYTES[digits % 9];
  }

  private static WireType integer(int code) {
    int size =
        switch (code) {
          case 1 -> 1;
          case 2 -> 2;
          case 9 -> 3;
          case 3 -> 4;
          default -> 8;
        };
    return new WireType(Wire.INTEGER, code, size, 0, 0);
  }

  private static WireType floating(Wire wire, int code, int told, int size, int column) {
    return told == size ? new WireType(wire, code, size, 0, 0) : wrong(code, told, column);
  }

  private static WireType temporal(Wire wire, int code, int whole, int fsp, int column) {
    return fsp > 6
        ? wrong(code, fsp, column)
        : new WireType(wire, code, whole + (fsp + 1) / 2, 0, fsp);
  }

  private static WireType varchar(int length) {
    return new WireType(Wire.VARCHAR, 15, length > 255 ? -2 : -1, length, 0);
  }

  /** The length told counts the byte that stands before each value. */
  private static WireType compressedVarchar(int code, int told, int column) {
    return told == 0
        ? wrong(code, told, column)
        : new WireType(Wire.COMPRESSED_VARCHAR, code, told > 255 ? -2 : -1, told - 1, 0);
  }

  private static WireType blob(Wire wire, int code, int prefix, int column) {
    return prefix < 1 || prefix > 4
        ? wrong(code, prefix, column)
        : new WireType(wire, code, -prefix, prefix, 0);
  }

  private static WireType bit(Cursor meta, int column) {
    int rest = meta.u8();
    int bits = meta.u8() * 8 + rest;
    return rest > 7 || bits < 1 || bits > 64
        ? wrong(16, bits, column)
        : new WireType(Wire.BIT, 16, (bits + 7) / 8, bits, 0);
  }

  private static WireType decimal(int precision, int scale, int column) {
    return precision < 1 || precision > 65 || scale > 30 || scale > precision
        ? wrong(246, precision, column)
        : new WireType(
            Wire.DECIMAL,
            246,
            decimalBytes(precision - scale) + decimalBytes(scale),
            precision,
            scale);
  }

  /**
   * Reads the two bytes of STRING. They hold the real type, which may be ENUM or SET, and a length
   * of up to 1023 whose two highest bits are hidden, inverted, in the type.
   */
  private static WireType string(int code, int first, int second, int column) {
    int real = first;
    int length = second;
    if ((first & 0x30) != 0x30) {
      real = first | 0x30;
      length = second | ((first & 0x30) ^ 0x30) << 4;
    }
    if (real == 247) {
      return length == 1 || length == 2
          ? new WireType(Wire.ENUM, 247, length, length, 0)
          : wrong(real, length, column);
    }
    if (real == 248) {
      return length >= 1 && length <= 8
          ? new WireType(Wire.SET, 248, length, length, 0)
          : wrong(real, length, column);
    }
    return real == 254 || real == 253
        ? new WireType(Wire.STRING, 254, length > 255 ? -2 : -1, length, 0)
        : wrong(code, first, column);
  }

  private static WireType wrong(int code, int meta, int column) {
    throw Unreadable.damaged(
        "column number "
            + (column + 1)
            + " of type code "
            + code
            + " has the impossible metadata "
            + meta);
  }
}

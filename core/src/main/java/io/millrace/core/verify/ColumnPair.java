package io.millrace.core.verify;

import io.millrace.core.verify.Shape.Column;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;

/**
 * A column as both sides have it, and the SQL that gives its values a text on which MySQL and
 * MariaDB agree.
 *
 * @param upstream the column upstream
 * @param downstream the column downstream
 * @param sameKind whether both servers are of one kind
 */
record ColumnPair(Column upstream, Column downstream, boolean sameKind) {
  private static final Set<String> WHOLE =
      Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit");
  private static final Set<String> APPROXIMATE = Set.of("float", "double");
  private static final Set<String> TIMES = Set.of("date", "time", "datetime", "timestamp");
  private static final Set<String> TEXTS =
      Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set");
  private static final Set<String> BYTES =
      Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
  private static final Set<String> INTERNAL =
      Set.of(
          "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geometrycollection",
          "geomcollection",
          "vector");
  private static final Set<String> ADDRESSES = Set.of("inet4", "inet6", "uuid");

  String name() {
    return upstream.name();
  }

  private Column on(boolean up) {
    return up ? upstream : downstream;
  }

  private String quoted(boolean up) {
    return Shape.quoted(on(up).name());
  }

  /** Returns whether values are JSON documents, of which equal ones may have different texts. */
  boolean isJson() {
    return upstream.type().equals("json") || downstream.type().equals("json");
  }

  /**
   * Returns whether equal documents mostly have one text: MySQL puts them in a form of its own,
   * MariaDB keeps the text.
   */
  boolean isWrittenAlike() {
    return sameKind && upstream.type().equals(downstream.type());
  }

  /**
   * Returns an expression whose text is equal for equal values, and never contains a comma; NULL is
   * a hyphen.
   *
   * @param up whether for the upstream
   */
  String digest(boolean up) {
    return "IFNULL(" + text(up) + ",'-')";
  }

  private String text(boolean up) {
    Column column = on(up);
    String name = quoted(up);
    String type = column.type();
    if (WHOLE.contains(type) || column.zerofill()) {
      return "(" + name + "+0)";
    }
    if (APPROXIMATE.contains(type) && hasSameScale()) {
      // rounded to so many digits by each server in its own way, which the last bits show
      return plain(up);
    }
    if (APPROXIMATE.contains(type)) {
      // a DOUBLE without a number of decimals has all its digits as text, a FLOAT has six
      return "POW(" + name + ",1)";
    }
    if (INTERNAL.contains(type)) {
      return "MD5(HEX(" + name + "))";
    }
    if (BYTES.contains(type) || (TEXTS.contains(type) && hasSameCharset())) {
      return "MD5(CAST(" + name + " AS BINARY))";
    }
    if (TEXTS.contains(type)) {
      return "MD5(CONVERT(" + name + " USING utf8mb4))";
    }
    return type.equals("json") ? "MD5(" + plain(up) + ")" : plain(up);
  }

  private boolean hasSameScale() {
    return !upstream.scale().isEmpty() && upstream.scale().equals(downstream.scale());
  }

  private boolean hasSameCharset() {
    return upstream.charset().equals(downstream.charset());
  }

  /** Returns an expression for the value's own text. */
  String plain(boolean up) {
    return "CAST(" + quoted(up) + " AS CHAR)";
  }

  // ---- as part of a key

  /** Returns whether ranges of values can be told to both servers. */
  boolean isOrdered() {
    String type = upstream.type();
    String other = downstream.type();
    return (WHOLE.contains(type) && WHOLE.contains(other))
        || (type.equals(other)
            && (type.equals("decimal") || TIMES.contains(type) || ADDRESSES.contains(type)))
        || (isShortText(type) && isShortText(other))
        || (isShortBytes(type) && isShortBytes(other));
  }

  private static boolean isShortText(String type) {
    return type.equals("char") || type.equals("varchar");
  }

  private static boolean isShortBytes(String type) {
    return type.equals("binary") || type.equals("varbinary");
  }

  /** Returns whether the servers order values alike by themselves, so that an index helps. */
  boolean isOrderedAlike() {
    return !isShortText(upstream.type())
        || (hasSameCharset() && upstream.collation().equals(downstream.collation()));
  }

  /** Returns the expression by which rows are ordered. */
  String order(boolean up) {
    return isOrderedAlike()
        ? quoted(up)
        : "CONVERT(" + quoted(up) + " USING utf8mb4) COLLATE utf8mb4_bin";
  }

  /** Returns the expression for a key value's text. */
  String keyText(boolean up) {
    if (isShortBytes(upstream.type())) {
      return "CONCAT('0x',HEX(" + quoted(up) + "))";
    }
    return WHOLE.contains(upstream.type()) ? text(up) : plain(up);
  }

  /** Returns the literal to compare with {@link #order}, of a text of {@link #keyText}. */
  String literal(String text) {
    String type = upstream.type();
    if (WHOLE.contains(type) || type.equals("decimal")) {
      return text;
    }
    if (isShortBytes(type)) {
      return "x'" + text.substring(2) + "'";
    }
    if (!isShortText(type)) {
      return "'" + text + "'";
    }
    String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    return "_utf8mb4 x'" + hex + "'" + (isOrderedAlike() ? "" : " COLLATE utf8mb4_bin");
  }
}

package io.millrace.core.source.mysql;

import static io.millrace.core.source.mysql.TypeTable.text;

import io.millrace.core.source.mysql.TypeTable.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables of the type matrix. */
final class TypeMatrix {
  private static final String[] DATES = {
    "'2024-02-29'",
    "'0000-00-00'",
    "'9999-12-31'",
    "'1000-01-01'",
    "'2024-02-30'",
    "'2024-00-00'",
    "'0001-01-01'",
    "'1970-01-01'"
  };
  private static final String[] TIMES = {
    "'12:34:56.789012'", "'-12:34:56.789012'", "'00:00:00'", "'838:59:59'", "'-838:59:59'",
    "'-00:00:00.000001'", "'-00:00:00.5'", "'-00:00:01.999999'", "'-01:00:00'", "'100:00:00.25'",
    "'-00:00:00.01'", "'-00:00:00.0001'"
  };
  private static final String[] DATETIMES = {
    "'2024-02-29 23:59:59.999999'", "'0000-00-00 00:00:00'", "'9999-12-31 23:59:59'",
    "'1000-01-01 00:00:00'", "'2024-02-30 01:02:03.000001'", "'2024-00-00 00:00:00.1'",
    "'1969-12-31 23:59:59.5'", "'2024-04-31 12:00:00.123456'"
  };
  private static final String[] TIMESTAMPS = {
    "'2024-02-29 23:59:59.999999'", "'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'",
    "'2038-01-19 03:14:07'", "'2000-01-01 00:00:00.000001'", "'2001-09-09 01:46:40.1'"
  };
  private static final List<String> CHARSETS =
      List.of(
          "utf8mb4", "utf8mb3", "latin1", "gbk", "sjis", "ucs2", "utf16", "utf16le", "utf32",
          "ascii", "big5", "cp932", "ujis", "eucjpms", "euckr", "gb2312", "latin2", "cp1251",
          "cp1250", "koi8r", "hebrew", "greek", "tis620");
  private static final String[] TEXTS = {
    text("plain"),
    "''",
    text("\u00e4\u00f6\u00fc\u20ac \u00ff"),
    text("\u4e2d\u6587\u5b57"),
    text("\u65e5\u672c\u8a9e \uff71"),
    text("\u041f\u0440\u0438\u0432\u0435\u0442"),
    text("\ud83d\ude00 x"),
    text("\u0000\u0001\t\n\"'\\"),
    text("  two  "),
    text("\u05e9 \u03b1 \u0e01 \ud55c")
  };

  private TypeMatrix() {}

  /** Returns the tables of a server. */
  static List<TypeTable> tables(boolean mariaDb, boolean fullMetadata) {
    List<TypeTable> tables =
        new ArrayList<>(
            List.of(
                numbers(TypeTable.named("numbers")),
                numbers(TypeTable.withoutPrimaryKey("numbers_without_key")),
                temporal(),
                characters(),
                binaries(),
                labels(TypeTable.named("labels")),
                labels(TypeTable.withoutPrimaryKey("labels_without_key")),
                generated(mariaDb),
                geometry(),
                wide()));
    tables.add(mariaDb ? mariaJson() : json());
    if (mariaDb) {
      tables.add(maria());
    }
    if (fullMetadata) {
      tables.add(labelsBeyondUtf8mb3());
      tables.add(hidden(mariaDb));
    }
    return tables;
  }

  private static TypeTable numbers(TypeTable table) {
    String[] names = {"TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT"};
    int[] bits = {8, 16, 24, 32, 64};
    for (int i = 0; i < names.length; i++) {
      String max = Long.toString(bits[i] == 64 ? Long.MAX_VALUE : (1L << (bits[i] - 1)) - 1);
      String min = Long.toString(bits[i] == 64 ? Long.MIN_VALUE : -(1L << (bits[i] - 1)));
      String most = Long.toUnsignedString(bits[i] == 64 ? -1 : (1L << bits[i]) - 1);
      table
          .with("s" + bits[i], names[i], Reading.CAST, min, max, "0", "-1", "1")
          .with("u" + bits[i], names[i] + " UNSIGNED", Reading.CAST, "0", most, max, "1");
    }
    String nines = "9".repeat(35) + "." + "9".repeat(30);
    return table
        .with("d65", "DECIMAL(65,30)", Reading.CAST, "-" + nines, nines, "0", "-0.1", "1e-30")
        .with("d650", "DECIMAL(65,0)", Reading.CAST, "-" + "9".repeat(65), "9".repeat(65), "-1")
        .with("d3030", "DECIMAL(30,30)", Reading.CAST, "-0." + "9".repeat(30), "0.5", "0", "1e-30")
        .with("d52", "DECIMAL(5,2)", Reading.CAST, "-999.99", "999.99", "0", "-0.01", "10.10")
        .with("d10", "DECIMAL(1,0)", Reading.CAST, "-9", "9", "0")
        .with("d109", "DECIMAL(10,9)", Reading.CAST, "-9.999999999", "0.000000001", "-1.01")
        .with("d199", "DECIMAL(19,9) UNSIGNED", Reading.CAST, "9999999999.999999999", "0", "1")
        .with("d188", "DECIMAL(18,8)", Reading.CAST, "-1000000000.00000001", "1000000001", "0")
        .with("f", "FLOAT", Reading.DOUBLE, "3.402823466e38", "-1.5", "0", "0.1", "1e-45", "-0e0")
        .with("fm", "FLOAT(7,3)", Reading.DOUBLE, "1234.567", "-0.001", "0")
        .with("fu", "FLOAT UNSIGNED", Reading.DOUBLE, "16777216", "1e-38")
        .with("d", "DOUBLE", Reading.DOUBLE, "1.7976931348623157e308", "-0.1", "0", "4.9e-324")
        .with("dm", "DOUBLE(12,4)", Reading.DOUBLE, "12345678.1234", "-0.0001")
        .with("b1", "BIT(1)", Reading.BITS, "b'1'", "b'0'")
        .with("b9", "BIT(9)", Reading.BITS, "b'101010101'", "b'0'", "b'111111111'")
        .with("b64", "BIT(64)", Reading.BITS, "18446744073709551615", "0", "1", "1 << 63")
        .with("y", "YEAR", Reading.CAST, "1901", "2155", "0", "2024")
        .with("z", "INT(10) UNSIGNED ZEROFILL", Reading.CAST, "4294967295")
        .with("bool", "BOOL", Reading.CAST, "TRUE", "FALSE");
  }

  private static TypeTable temporal() {
    TypeTable table = TypeTable.named("temporal").with("date", "DATE", Reading.CAST, DATES);
    for (int fsp = 0; fsp <= 6; fsp++) {
      table
          .with("time" + fsp, "TIME(" + fsp + ")", Reading.CAST, TIMES)
          .with("datetime" + fsp, "DATETIME(" + fsp + ")", Reading.CAST, DATETIMES)
          .with("ts" + fsp, "TIMESTAMP(" + fsp + ") NULL", Reading.CAST, TIMESTAMPS);
    }
    return table;
  }

  private static TypeTable characters() {
    TypeTable table = TypeTable.named("characters");
    for (String charset : CHARSETS) {
      String in = " CHARACTER SET " + charset;
      table
          .with("c_" + charset, "CHAR(20)" + in, Reading.TEXT, TEXTS)
          .with("v_" + charset, "VARCHAR(200)" + in, Reading.TEXT, TEXTS)
          .with("t_" + charset, "TEXT" + in, Reading.TEXT, TEXTS);
    }
    String[] longTexts = {text("\u00e4".repeat(100)), "''", "REPEAT(x'C3A4', 40000)", text("x")};
    return table
        .with("c255", "CHAR(255)", Reading.TEXT, text("\u20ac".repeat(255)), "''", text("a"))
        .with("c63", "CHAR(63)", Reading.TEXT, text("\u20ac".repeat(63)), "''")
        .with("c64", "CHAR(64)", Reading.TEXT, text("\u20ac".repeat(64)), "''")
        .with("c0", "CHAR(0)", Reading.TEXT, "''")
        .with("v255", "VARCHAR(255) CHARACTER SET latin1", Reading.TEXT, "REPEAT('x', 255)", "''")
        .with("v256", "VARCHAR(256) CHARACTER SET latin1", Reading.TEXT, "REPEAT('x', 256)", "''")
        .with("tiny", "TINYTEXT", Reading.TEXT, text("\u00e4".repeat(127)), "''")
        .with("medium", "MEDIUMTEXT", Reading.TEXT, longTexts)
        .with("long", "LONGTEXT", Reading.TEXT, longTexts)
        .with("bin", "VARCHAR(20) COLLATE utf8mb4_bin", Reading.TEXT, TEXTS);
  }

  private static TypeTable binaries() {
    String all = "x'" + hex(IntStream.range(0, 256)) + "'";
    return TypeTable.named("binaries")
        .with("b5", "BINARY(5)", Reading.BYTES, "x'0102'", "''", "x'0000000000'", "x'2020'")
        .with("b255", "BINARY(255)", Reading.BYTES, "x'ff'", "x'00'", "REPEAT(x'ff', 255)")
        .with("b1", "BINARY(1)", Reading.BYTES, "x'ff'", "x'00'", "' '")
        .with("v", "VARBINARY(300)", Reading.BYTES, all, "''", "x'00'", "x'200020'")
        .with("v5", "VARBINARY(5)", Reading.BYTES, "x'0100'", "''", "x'20'")
        .with("tiny", "TINYBLOB", Reading.BYTES, "x'0001'", "''", "REPEAT(x'fe', 255)")
        .with("blob", "BLOB", Reading.BYTES, all, "''", "REPEAT(x'00ff', 30000)")
        .with("medium", "MEDIUMBLOB", Reading.BYTES, all, "''", "REPEAT(x'01', 100000)")
        .with("long", "LONGBLOB", Reading.BYTES, all, "''", "REPEAT(x'02', 100000)")
        .with("charset", "VARCHAR(9) CHARACTER SET binary", Reading.BYTES, "x'80ff'", "''")
        .with("text", "TEXT CHARACTER SET binary", Reading.BYTES, "x'80ff'", "''");
  }

  private static String hex(IntStream bytes) {
    return bytes.mapToObj(b -> String.format("%02x", b)).collect(Collectors.joining());
  }

  private static String bits(int count) {
    return IntStream.range(0, count).mapToObj(i -> "'b" + i + "'").collect(Collectors.joining(","));
  }

  private static TypeTable labels(TypeTable table) {
    String many =
        IntStream.rangeClosed(1, 300)
            .mapToObj(i -> "'label" + i + "'")
            .collect(Collectors.joining(","));
    String odd = "'it''s','a,b','back\\\\slash','tab\\tline\\n',' lead','\u00e4\u4e2d','(x)','\"'";
    String all = "18446744073709551615";
    return table
        .with("e", "ENUM('a','b')", Reading.LABELS, "'a'", "'b'", "'none of them'")
        .with("many", "ENUM(" + many + ")", Reading.LABELS, "1", "255", "256", "300", "0")
        .with("odd", "ENUM(" + odd + ")", Reading.LABELS, "1", "2", "3", "4", "5", "6", "7", "8")
        .with("latin", "ENUM('\u00e4','\u00f6') CHARACTER SET latin1", Reading.LABELS, "1", "2")
        .with("gbk", "ENUM('\u4e2d','\u6587') CHARACTER SET gbk", Reading.LABELS, "1", "2")
        .with("wide", "ENUM('\u4e2d','x') CHARACTER SET utf16", Reading.LABELS, "1", "2", "0")
        .with("bin", "ENUM('x','y') CHARACTER SET binary", Reading.LABELS, "1", "2")
        .with("s", "SET('a','b','c')", Reading.LABELS, "'a'", "''", "'a,c'", "7", "'nothing'")
        .with("s8", "SET(" + bits(8) + ")", Reading.LABELS, "255", "0", "128")
        .with("s9", "SET(" + bits(9) + ")", Reading.LABELS, "511", "0", "256")
        .with("s17", "SET(" + bits(17) + ")", Reading.LABELS, "131071", "1")
        .with("s33", "SET(" + bits(33) + ")", Reading.LABELS, "8589934591", "1")
        .with("s64", "SET(" + bits(64) + ")", Reading.LABELS, all, "0", "9223372036854775808", "5")
        .with("soft", "SET('\u00e4','it''s','\\\\') CHARACTER SET latin1", Reading.LABELS, "7");
  }

  /** information_schema shows such labels with question marks. */
  private static TypeTable labelsBeyondUtf8mb3() {
    return TypeTable.named("emoji")
        .with("e", "ENUM('\ud83d\ude00','?')", Reading.LABELS, "1", "2")
        .with("s", "SET('\ud83d\ude00','x') CHARACTER SET utf16", Reading.LABELS, "1", "3");
  }

  /** Columns that only the server's own structures have. */
  private static TypeTable hidden(boolean mariaDb) {
    String unique = mariaDb ? "LONGTEXT UNIQUE" : "INT, INDEX f ((v + 1))";
    return TypeTable.named("hidden")
        .with("v", unique, Reading.CAST, "1")
        .with("after", "INT", Reading.CAST, "3", "4");
  }

  private static TypeTable generated(boolean mariaDb) {
    String invisible = "INT " + (mariaDb ? "INVISIBLE" : "NULL INVISIBLE");
    return TypeTable.named("generated_columns")
        .with("i", "INT", Reading.CAST, "1", "-5", "0")
        .with("v", "BIGINT AS (i + 1) VIRTUAL", Reading.CAST)
        .with("c", "VARCHAR(20)", Reading.TEXT, text("\u00e4b"), "''")
        .with("st", "VARCHAR(50) AS (CONCAT(c, '!')) STORED", Reading.TEXT)
        .with("hidden", invisible, Reading.CAST, "7", "8")
        .with("vt", "VARCHAR(50) AS (UPPER(c)) VIRTUAL", Reading.TEXT)
        .with("last", "INT", Reading.CAST, "3", "2", "1");
  }

  private static TypeTable geometry() {
    String from = "ST_GeomFromText('";
    return TypeTable.named("geometries")
        .with(
            "g",
            "GEOMETRY",
            Reading.BYTES,
            from + "POINT(1 2)')",
            from + "POINT(3.5 -4)', 4326)",
            from + "LINESTRING(0 0, 1 1, 2 2)')",
            from + "POLYGON((0 0, 0 1, 1 1, 0 0))')",
            from + "GEOMETRYCOLLECTION(POINT(1 2), POINT(3 4))')")
        .with("p", "POINT", Reading.BYTES, from + "POINT(1 2)')")
        .with("mp", "MULTIPOINT", Reading.BYTES, from + "MULTIPOINT(1 2, 3 4)')")
        .with("after", "VARCHAR(5)", Reading.TEXT, "'x'", "'y'");
  }

  /** Has more columns than a byte of the null bitmap, many of them NULL. */
  private static TypeTable wide() {
    TypeTable table = TypeTable.named("wide");
    for (int i = 0; i < 300; i++) {
      table.with("c" + i, i % 3 == 0 ? "VARCHAR(9)" : "INT", Reading.CAST, "" + i, "NULL", "1");
    }
    return table;
  }

  private static TypeTable json() {
    String nested = "[".repeat(100) + "]".repeat(100);
    String numbers =
        "[0,-1,1.5,-0.0,1e300,1e-300,123456789012345678,18446744073709551615,1e15,"
            + "1e16,1e17,0.1,100.0,1e-14,1e-15,1e-16,123456789.123456789,-9223372036854775808,5e-324,"
            + "1.7976931348623157e308,32767,32768,65535,65536,-32768,-32769,2147483648,4294967296,"
            + "1234567890123456.5,12345678901234567.5,0.00001234,99999999999999999999]";
    String opaque =
        "JSON_OBJECT('date', CAST('2024-02-29' AS DATE), 'time', CAST('-12:34:56.789' AS TIME(3)),"
            + "'t2', CAST('838:59:59' AS TIME), 'dt', CAST('2024-02-29 01:02:03.000004' AS"
            + " DATETIME(6)), 'dec', CAST('-123.4500' AS DECIMAL(10,4)), 'big', CAST("
            + "'12345678901234567890123456789012345.123456789012345678901234567890' AS"
            + " DECIMAL(65,30)), 'zero', CAST('0' AS DECIMAL(5,2)), 'bin', x'00ff10', 'bit',"
            + " b'101', 'longbin', REPEAT(x'ab', 200), 'year', CAST(2024 AS YEAR), 'blob',"
            + " CAST('abc' AS BINARY), 'f', CAST(1.5 AS FLOAT), 'ts', TIMESTAMP('2024-01-01"
            + " 00:00:00'), 'n', NULL, 'b', CAST('true' AS JSON))";
    String[] values = {
      "'{}'",
      "'[]'",
      "'null'",
      "'true'",
      "'\"text\"'",
      "'1'",
      "'1.5'",
      quoted(numbers),
      opaque,
      quoted(nested),
      "JSON_OBJECT('a', JSON_ARRAY(1, JSON_OBJECT('b', NULL)), 'long', REPEAT('x'," + " 70000))",
      "JSON_ARRAY(REPEAT('a', 127), REPEAT('b', 128), REPEAT('c', 16384))",
      "JSON_OBJECT("
          + text("k\u00e4\ud83d\ude00")
          + ", "
          + text("v\u4e2d\n\t\"\\\u0001\u007f/")
          + ")",
      quoted("{\"a\":{\"b\":{\"c\":[1,{\"d\":\"e\"}]}},\"\":1,\"aa\":2,\"B\":3}"),
      largeArray(),
      quoted(randomNumbers()),
      "CAST(CAST('2024-02-29' AS DATE) AS JSON)",
      "CAST(CAST(1.50 AS DECIMAL(5,2)) AS JSON)",
      "CAST(CAST('10:00:00' AS TIME) AS JSON)"
    };
    return TypeTable.named("documents")
        .with("j", "JSON", Reading.TEXT, values)
        .with("v", "INT", Reading.CAST, "1")
        .with("j2", "JSON", Reading.TEXT, "'{\"x\":1}'", "'[]'");
  }

  private static String largeArray() {
    return quoted(
        IntStream.range(0, 20_000)
            .mapToObj(i -> i % 2 == 0 ? Integer.toString(i) : "\"s" + i + "\"")
            .collect(Collectors.joining(",", "[", "]")));
  }

  private static String randomNumbers() {
    return new Random(7)
        .longs(2000)
        .mapToDouble(Double::longBitsToDouble)
        .filter(Double::isFinite)
        .mapToObj(Double::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  private static TypeTable mariaJson() {
    String nested = "[".repeat(20) + "]".repeat(20);
    return TypeTable.named("documents")
        .with(
            "j",
            "JSON",
            Reading.TEXT,
            "'{}'",
            quoted(nested),
            "'{\"a\": [1, 2.50, null]}'",
            "JSON_OBJECT('k', " + text("\u00e4\u4e2d\ud83d\ude00") + ")",
            "'  [1 , 2]  '")
        .with("v", "INT", Reading.CAST, "1");
  }

  private static TypeTable maria() {
    String longText = text("\u00e4x".repeat(500));
    return TypeTable.named("maria_types")
        .with(
            "i6",
            "INET6",
            Reading.ADDRESS,
            "'::1'",
            "'2001:db8::ff00:42:8329'",
            "'::'",
            "'::ffff:192.0.2.128'")
        .with("i4", "INET4", Reading.ADDRESS, "'192.0.2.1'", "'0.0.0.0'", "'255.255.255.255'")
        .with(
            "uu",
            "UUID",
            Reading.UUID,
            "'123e4567-e89b-12d3-a456-426655440000'",
            "'0190163d-8694-739b-aea5-966c26f8ad91'",
            "'00000000-0000-0000-0000-000000000000'")
        .with(
            "vc",
            "VARCHAR(2000) COMPRESSED",
            Reading.TEXT,
            longText,
            "''",
            "'short'",
            "REPEAT('x', 2000)")
        .with(
            "tc", "TEXT COMPRESSED", Reading.TEXT, longText, "''", "'short'", "REPEAT('x', 60000)")
        .with("bc", "BLOB COMPRESSED", Reading.BYTES, "REPEAT(x'00ff', 5000)", "''", "x'00'")
        .with("vbc", "VARBINARY(1000) COMPRESSED", Reading.BYTES, "REPEAT(x'00ff', 400)", "''")
        .with("lc", "TEXT COMPRESSED CHARACTER SET latin1", Reading.TEXT, longText, "'a'")
        .with("after", "INT", Reading.CAST, "1", "2");
  }
}

package io.millrace.core.source.mysql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The text of a statement in the log.
 *
 * @param sql the text
 * @param schema the database that was current; may be empty
 * @param sqlMode the bits of {@code sql_mode} it ran under
 * @param ranAt what NOW() gave in it; in whole seconds where it did not ask for less
 * @param timeZone the session's zone, where the statement asked for it and it was not the server's
 * @param serverCollation the number of {@code collation_server}; 0: it is not told
 * @param databaseCollation the number of {@code collation_database}; 0: it was the database's own
 * @param utf8mb4Collation the number of {@code default_collation_for_utf8mb4}; 0: it is not told
 */
record QueryText(
    String sql,
    String schema,
    long sqlMode,
    Instant ranAt,
    Optional<String> timeZone,
    int serverCollation,
    int databaseCollation,
    int utf8mb4Collation) {
  private static final int FIXED = 13;
  private static final int LOAD_FIXED = 26;
  private static final int MOST = 1 << 28;

  /** Reads a QUERY event, compressed or not, or the one of a LOAD DATA. */
  static QueryText of(LogEvent event) throws IOException {
    int fixed = event.type() == LogEvent.EXECUTE_LOAD_QUERY ? LOAD_FIXED : FIXED;
    if (!event.hasBody(fixed)) {
      throw new MalformedLogException("a statement of " + event.bodyLength() + " bytes");
    }
    int body = event.body();
    int schemaLength = event.u8(body + 8);
    int status = body + fixed;
    int statusEnd = status + event.u16(body + 11);
    int text = statusEnd + schemaLength + 1;
    if (text > event.end()) {
      throw new MalformedLogException("a statement that ends before its text");
    }
    Context context = Context.of(event, status, statusEnd);
    String schema = new String(event.bytes(), statusEnd, schemaLength, StandardCharsets.UTF_8);
    byte[] bytes =
        event.type() == LogEvent.QUERY_COMPRESSED
            ? inflate(event.bytes(), text, event.end())
            : event.copy(text, event.end());
    Instant ranAt = Instant.ofEpochSecond(event.seconds(), context.micros * 1000);
    return new QueryText(
        new String(bytes, context.charset),
        schema,
        context.sqlMode,
        ranAt,
        context.timeZone,
        context.serverCollation,
        context.databaseCollation,
        context.utf8mb4Collation);
  }

  /**
   * Decompresses what MariaDB compressed: a byte with the length of the length, the length, zlib.
   *
   * @throws MalformedLogException if it is damaged
   */
  static byte[] inflate(byte[] bytes, int from, int to) throws IOException {
    int lengthBytes = from < to ? bytes[from] & 0x07 : 0;
    int algorithm = from < to ? (bytes[from] & 0x70) >> 4 : -1;
    if (algorithm != 0 || lengthBytes == 0 || lengthBytes > 4 || to - from <= lengthBytes) {
      throw new MalformedLogException("a compressed event of an unknown form");
    }
    long length = 0;
    for (int i = 1; i <= lengthBytes; i++) {
      length = length << 8 | (bytes[from + i] & 0xff);
    }
    if (length > MOST) {
      throw new MalformedLogException("a compressed event of " + length + " bytes");
    }
    Inflater inflater = new Inflater();
    try {
      int start = from + 1 + lengthBytes;
      inflater.setInput(bytes, start, to - start);
      ByteArrayOutputStream out =
          new ByteArrayOutputStream((int) Math.min(length, (to - start) * 4L));
      byte[] chunk = new byte[8192];
      while (out.size() < length) {
        int read = inflater.inflate(chunk);
        if (read == 0) {
          break;
        }
        out.write(chunk, 0, read);
      }
      if (out.size() != length) {
        throw new MalformedLogException("a compressed event of another length than it tells");
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new MalformedLogException("a damaged compressed event: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** The settings a statement was logged with. */
  private static final class Context {
    private static final int FLAGS = 0;
    private static final int SQL_MODE = 1;
    private static final int AUTO_INCREMENT = 3;
    private static final int CHARSET = 4;
    private static final int TIME_ZONE = 5;
    private static final int CATALOG = 6;
    private static final int MONTH_NAMES = 7;
    private static final int DATABASE_CHARSET = 8;
    private static final int UPDATED_TABLES = 9;
    private static final int INVOKER = 11;
    private static final int UPDATED_SCHEMAS = 12;
    private static final int MICROS = 13;
    private static final int EXPLICIT_DEFAULTS = 16;
    private static final int DDL_XID = 17;
    private static final int UTF8MB4_COLLATION = 18;
    private static final int MARIADB_MICROS = 128;
    private static final int MANY_SCHEMAS = 254;
    private static final String SERVERS_OWN = "SYSTEM";

    private long sqlMode;
    private long micros;
    private Charset charset = StandardCharsets.UTF_8;
    private Optional<String> timeZone = Optional.empty();
    private int serverCollation;
    private int databaseCollation;
    private int utf8mb4Collation;

    static Context of(LogEvent event, int from, int to) {
      Context context = new Context();
      int at = from;
      while (at < to) {
        int code = event.u8(at++);
        int length =
            switch (code) {
              case FLAGS, AUTO_INCREMENT -> 4;
              case EXPLICIT_DEFAULTS -> 1;
              case SQL_MODE, UPDATED_TABLES, DDL_XID -> 8;
              case CHARSET -> 6;
              case CATALOG, TIME_ZONE -> text(event, at, to);
              case MONTH_NAMES, DATABASE_CHARSET, UTF8MB4_COLLATION -> 2;
              case INVOKER -> invoker(event, at, to);
              case UPDATED_SCHEMAS -> schemas(event, at, to);
              case MICROS, MARIADB_MICROS -> 3;
              default -> Integer.MAX_VALUE;
            };
        if (length > to - at) {
          break;
        }
        context.take(code, event, at);
        at += length;
      }
      return context;
    }

    private void take(int code, LogEvent event, int at) {
      switch (code) {
        case SQL_MODE -> sqlMode = event.i64(at);
        case CHARSET -> {
          // the client's, the connection's, the server's
          charset = charset(event.u16(at));
          serverCollation = event.u16(at + 4);
        }
        case TIME_ZONE -> {
          String name = new String(event.bytes(), at + 1, event.u8(at), StandardCharsets.UTF_8);
          timeZone =
              Optional.of(name).filter(it -> !it.isEmpty() && !it.equalsIgnoreCase(SERVERS_OWN));
        }
        case DATABASE_CHARSET -> databaseCollation = event.u16(at);
        case UTF8MB4_COLLATION -> utf8mb4Collation = event.u16(at);
        case MICROS, MARIADB_MICROS -> micros = event.u16(at) | (long) event.u8(at + 2) << 16;
        default -> {}
      }
    }

    private static int text(LogEvent event, int at, int to) {
      return at < to ? 1 + event.u8(at) : Integer.MAX_VALUE;
    }

    private static int invoker(LogEvent event, int at, int to) {
      int user = text(event, at, to);
      return user < to - at ? user + text(event, at + user, to) : Integer.MAX_VALUE;
    }

    private static int schemas(LogEvent event, int at, int to) {
      if (at >= to) {
        return Integer.MAX_VALUE;
      }
      int left = event.u8(at);
      int end = at + 1;
      while (left > 0 && left != MANY_SCHEMAS && end < to) {
        left -= event.u8(end++) == 0 ? 1 : 0;
      }
      return end - at;
    }

    private static Charset charset(int collation) {
      return switch (collation) {
        case 5, 8, 15, 31, 47, 48, 49, 94 -> Charset.forName("windows-1252");
        case 28, 87 -> Charset.forName("GBK");
        case 248, 249, 250 -> Charset.forName("GB18030");
        case 1, 84 -> Charset.forName("Big5");
        case 12, 91 -> Charset.forName("EUC-JP");
        case 13, 88, 95, 96 -> Charset.forName("windows-31j");
        case 19, 85 -> Charset.forName("EUC-KR");
        case 14, 23, 50, 51, 52 -> Charset.forName("windows-1251");
        case 26, 34, 44, 66, 99 -> Charset.forName("windows-1250");
        default -> StandardCharsets.UTF_8;
      };
    }
  }
}

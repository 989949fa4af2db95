package io.millrace.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Servers shared by all tests of this JVM that want the same flags. Nobody closes or kills them;
 * each test works in a {@link DbServer#freshSchema()} of its own.
 */
public final class Servers {
  private static final Map<List<String>, DbServer> SHARED = new LinkedHashMap<>();

  private Servers() {}

  /** Returns the shared MySQL server with these flags, started at the first call. */
  public static DbServer mysql(String... flags) {
    return shared("mysql", flags, () -> MysqlServer.start(flags));
  }

  /** Returns the shared MariaDB server with these flags, started at the first call. */
  public static DbServer mariaDb(String... flags) {
    return shared("mariadb", flags, () -> MariaDbServer.start(flags));
  }

  private static synchronized DbServer shared(
      String kind, String[] flags, Supplier<DbServer> start) {
    List<String> key = new ArrayList<>(List.of(flags));
    key.add(0, kind);
    DbServer known = SHARED.get(key);
    if (known == null) {
      known = start.get();
      SHARED.put(key, known);
    }
    return known;
  }
}

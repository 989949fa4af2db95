package io.millrace.core.sink.mysql;

/**
 * What the downstream's server is, as far as statements depend on it.
 *
 * @param flavor which of the three
 * @param maxPacket the largest packet it takes, in bytes
 */
record ServerKind(Flavor flavor, long maxPacket) {
  /** Whose dialect. */
  enum Flavor {
    MYSQL,
    MARIADB,
    TIDB
  }

  /** Returns the kind of a version text such as {@code 11.4.5-MariaDB-log}. */
  static Flavor flavorOf(String version) {
    if (version.contains("MariaDB")) {
      return Flavor.MARIADB;
    }
    return version.contains("TiDB") ? Flavor.TIDB : Flavor.MYSQL;
  }

  /** Returns whether a JSON column compares as JSON, and with texts only after a cast. */
  boolean comparesJson() {
    return flavor != Flavor.MARIADB;
  }
}

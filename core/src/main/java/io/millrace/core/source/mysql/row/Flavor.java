package io.millrace.core.source.mysql.row;

/** Which family of servers wrote a log; the two write the metadata of columns differently. */
public enum Flavor {
  /** MySQL and what stems from it. */
  MYSQL,
  /** MariaDB. */
  MARIADB
}

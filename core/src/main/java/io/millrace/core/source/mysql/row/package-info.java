/**
 * Rows out of the bytes of a MySQL or MariaDB binary log. Table map and rows events come in, their
 * common header and checksum already taken off; definitions of tables and rows that decode a value
 * only when it is asked for go out. Nothing here does I/O. Not public API.
 */
@NullMarked
package io.millrace.core.source.mysql.row;

import org.jspecify.annotations.NullMarked;

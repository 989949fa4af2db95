/**
 * The statement classifier. The text of a statement as MySQL or MariaDB log it comes in; what kind
 * of statement it is, and which tables or database it changes, goes out. It reads keywords and
 * names only: columns come from the log's table maps. Not public API.
 */
@NullMarked
package io.millrace.core.ddl;

import org.jspecify.annotations.NullMarked;

/**
 * The sinks {@code mysql://}, {@code mariadb://} and {@code tidb://}: row batches and schema
 * changes come in, transactions of the downstream go out. Not public API.
 *
 * <p>Rows that touch one key go one way: {@link io.millrace.core.sink.mysql.Lanes} keeps their
 * order, an {@link io.millrace.core.sink.mysql.Applier} per lane writes them in batches. What is
 * applied is noted in the schema {@code millrace} downstream, in the same transaction as the rows:
 * {@link io.millrace.core.sink.mysql.Ledger}.
 */
@NullMarked
package io.millrace.core.sink.mysql;

import org.jspecify.annotations.NullMarked;

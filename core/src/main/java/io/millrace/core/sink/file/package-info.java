/**
 * The sink {@code file://}: row batches come in, files of messages go out, one directory per table
 * and version of its definition. Not public API.
 *
 * <p>Rows go to temporary files in a directory of the writer's own and are published from there,
 * all tables together, by hard links, which never replace a file. A writer whose directory has been
 * moved away can publish nothing more: closing and fencing are that move.
 */
@NullMarked
package io.millrace.core.sink.file;

import org.jspecify.annotations.NullMarked;

/**
 * The metadata store {@code dir:}: one file, an image followed by the commits since, in a directory
 * that one process holds. Transactions come in; they are acknowledged when the disk has them. Not
 * public API.
 */
@NullMarked
package io.millrace.core.store.embedded;

import org.jspecify.annotations.NullMarked;

/** Encoder of CSV, for files: rows come in, one or two lines each go out. Not public API. */
@NullMarked
package io.millrace.core.codec.csv;

import org.jspecify.annotations.NullMarked;

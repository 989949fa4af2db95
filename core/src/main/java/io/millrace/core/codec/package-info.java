/**
 * What all message protocols share: their names; and what happens before encoding, when columns are
 * left out, key-changing updates become a delete and an insert, and schema changes of several
 * tables become one each. Not public API.
 */
@NullMarked
package io.millrace.core.codec;

import org.jspecify.annotations.NullMarked;

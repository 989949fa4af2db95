/**
 * The vocabulary of Millrace: identifiers, timestamps and errors. Nothing comes in; every other
 * room of the project speaks these words. This package uses no other package of the project.
 */
@NullMarked
package io.millrace.api;

import org.jspecify.annotations.NullMarked;

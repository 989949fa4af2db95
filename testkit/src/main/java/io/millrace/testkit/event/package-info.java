/**
 * Tables and rows of a test's own: a table is put together column by column, a row from plain Java
 * values. Public API.
 */
@NullMarked
package io.millrace.testkit.event;

import org.jspecify.annotations.NullMarked;

/**
 * Which tables, rows and schema changes a changefeed takes. Rules come in as text, decisions go out
 * as pure functions of names and events; regular expressions of users are searched for in linear
 * time. Not public API.
 */
@NullMarked
package io.millrace.core.filter;

import org.jspecify.annotations.NullMarked;

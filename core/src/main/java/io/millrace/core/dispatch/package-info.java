/**
 * Where rows and schema changes go: they come in with the dispatch rules, a topic and a partition
 * number go out. Not public API.
 */
@NullMarked
package io.millrace.core.dispatch;

import org.jspecify.annotations.NullMarked;

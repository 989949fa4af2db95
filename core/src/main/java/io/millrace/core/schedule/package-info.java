/**
 * Which capture runs which table, and from where: pure functions of the stored state. Tasks and
 * positions come in, points and new tasks go out. Not public API.
 */
@NullMarked
package io.millrace.core.schedule;

import org.jspecify.annotations.NullMarked;

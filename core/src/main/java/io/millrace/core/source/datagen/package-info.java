/**
 * An upstream made of nothing but a seed: a bank whose accounts pay each other. A {@code datagen:}
 * URI comes in, the events of its log go out, the same ones for the same place every time. Not
 * public API.
 */
@NullMarked
package io.millrace.core.source.datagen;

import org.jspecify.annotations.NullMarked;

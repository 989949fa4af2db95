/** What an embedder's own code sees of a changefeed whose sink is {@code consumer://name}. */
@NullMarked
package io.millrace.api.consumer;

import org.jspecify.annotations.NullMarked;

/**
 * The elected capture's work: deciding for every changefeed (owner, maintainers), speaking
 * downstream for it (heralds), watching the upstream. The cluster's state comes in, transactions go
 * out. Not public API.
 */
@NullMarked
package io.millrace.core.owner;

import org.jspecify.annotations.NullMarked;

/**
 * The facade: {@link io.millrace.core.CdcService} is one node of a cluster. Specifications and
 * commands come in, what is stored of the cluster goes out. The only public room of this module.
 */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;

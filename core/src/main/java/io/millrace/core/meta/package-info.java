/**
 * What is kept in the metadata store and who reads it: keys, stored records and their JSON, the
 * state of a cluster as one immutable value, and the tracker that follows it. Not public API.
 *
 * <p>Entries come in, {@link io.millrace.core.meta.ClusterState} goes out; deciders answer with
 * transactions.
 */
@NullMarked
package io.millrace.core.meta;

import org.jspecify.annotations.NullMarked;

/**
 * The SPI of metadata stores: a small set of JSON texts under ordered keys, with guarded
 * transactions, watches and leases.
 */
@NullMarked
package io.millrace.api.store;

import org.jspecify.annotations.NullMarked;

/**
 * What a test needs to run Millrace without real time and without servers: a whole service in one
 * thread or behind HTTP, clusters of several nodes, and a simulation that leads one through faults.
 * Public API.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;

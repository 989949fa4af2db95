/**
 * Real MySQL and MariaDB servers for tests, started as child processes on loopback, and a proxy
 * that cuts their connections. Server homes come in as system properties, connections go out.
 */
@NullMarked
package io.millrace.rig;

import org.jspecify.annotations.NullMarked;

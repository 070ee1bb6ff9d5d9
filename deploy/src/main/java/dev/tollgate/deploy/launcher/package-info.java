/**
 * Runs the whole of Tollgate in one process: an embedded PostgreSQL, the admin API and the gateway.
 *
 * <p>{@link dev.tollgate.deploy.launcher.Main} is what {@code deploy/tollgate} starts; {@link
 * dev.tollgate.deploy.launcher.Tollgate} is the same as a library, for the end-to-end tests.
 */
@NullMarked
package dev.tollgate.deploy.launcher;

import org.jspecify.annotations.NullMarked;

/**
 * The embedded PostgreSQL: started on loopback with passwords from its first moment, and stopped
 * also where the process that started it was killed.
 */
@NullMarked
package dev.tollgate.deploy.launcher.database;

import org.jspecify.annotations.NullMarked;

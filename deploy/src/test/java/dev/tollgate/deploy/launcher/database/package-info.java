@NullMarked
package dev.tollgate.deploy.launcher.database;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tollgate.deploy.launcher;

import org.jspecify.annotations.NullMarked;

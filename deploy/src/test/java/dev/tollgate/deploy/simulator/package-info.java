@NullMarked
package dev.tollgate.deploy.simulator;

import org.jspecify.annotations.NullMarked;

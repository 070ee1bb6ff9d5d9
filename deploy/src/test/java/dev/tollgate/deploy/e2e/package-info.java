/** The product as its users meet it: real sockets, real processes, a simulated provider. */
@NullMarked
package dev.tollgate.deploy.e2e;

import org.jspecify.annotations.NullMarked;

/**
 * Keeps the bodies of requests and answers where a policy asks for it: bounded, sealed under the
 * project's data key, and never in the way of the request.
 */
@NullMarked
package dev.tollgate.gateway.bodies;

import org.jspecify.annotations.NullMarked;

/** Signed requests: an HMAC of a client over what it sends. */
@NullMarked
package dev.tollgate.crypto.signature;

import org.jspecify.annotations.NullMarked;

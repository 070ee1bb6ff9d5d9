/**
 * What a request costs in tokens before it is sent, and what of an answer has passed: counted with
 * the model's own encoding where that is public, else by estimates that err high.
 */
@NullMarked
package dev.tollgate.gateway.tokens;

import org.jspecify.annotations.NullMarked;

/**
 * Virtual keys and admin keys (opaque, looked up by a peppered digest) and project tokens (signed,
 * short-lived).
 */
@NullMarked
package dev.tollgate.crypto.token;

import org.jspecify.annotations.NullMarked;

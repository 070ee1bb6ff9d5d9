/**
 * Project tokens: signed, short-lived, noted so that each can be revoked; and the keys that verify
 * them.
 */
@NullMarked
package dev.tollgate.admin.token;

import org.jspecify.annotations.NullMarked;

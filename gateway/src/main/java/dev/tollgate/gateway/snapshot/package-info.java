/**
 * What the gateway knows of keys and projects: immutable, compiled, loaded on first use from the
 * views {@code gateway_v1.*}, and kept true by notifications and a poll.
 */
@NullMarked
package dev.tollgate.gateway.snapshot;

import org.jspecify.annotations.NullMarked;

package dev.tollgate.gateway.signature.internal;

import io.netty.buffer.ByteBuf;

/**
 * A body that was read whole.
 *
 * @param bytes to be released by who holds it
 * @param sha256 of them, 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeldBody(ByteBuf bytes, byte[] sha256) {}

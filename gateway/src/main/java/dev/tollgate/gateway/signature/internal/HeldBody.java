package dev.tollgate.gateway.signature.internal;

import dev.tollgate.gateway.inspection.WholeBody;

/**
 * A body that was read whole.
 *
 * @param whole whose request is done with it in the end
 * @param sha256 of them, 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeldBody(WholeBody whole, byte[] sha256) {}

package dev.tollgate.gateway.snapshot;

import dev.tollgate.crypto.token.TokenVerificationKey;
import java.util.Map;

/**
 * The public keys of project tokens.
 *
 * @param byId by {@code kid}
 */
public record TokenKeys(Map<String, TokenVerificationKey> byId) {}

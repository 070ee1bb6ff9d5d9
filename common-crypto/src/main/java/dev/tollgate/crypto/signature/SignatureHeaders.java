package dev.tollgate.crypto.signature;

import org.jspecify.annotations.Nullable;

/**
 * The three headers of a signed request as they came; null for one that is absent.
 *
 * @param timestamp the value of {@code X-Tollgate-Timestamp}: seconds since 1970
 * @param nonce the value of {@code X-Tollgate-Nonce}: 16–64 URL-safe characters
 * @param signature the value of {@code X-Tollgate-Signature}: {@code v1=} and 64 hexadecimal digits
 */
public record SignatureHeaders(
    @Nullable String timestamp, @Nullable String nonce, @Nullable String signature) {}

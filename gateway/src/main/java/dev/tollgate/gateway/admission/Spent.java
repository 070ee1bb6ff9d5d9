package dev.tollgate.gateway.admission;

import org.jspecify.annotations.Nullable;

/**
 * What a request took in the end.
 *
 * @param inputTokens as the provider counted them, else as we did
 * @param outputTokens likewise
 * @param costMicroUsd null where no price is known
 */
public record Spent(long inputTokens, long outputTokens, @Nullable Long costMicroUsd) {}

package dev.tollgate.gateway.admission;

/**
 * What a request took in the end.
 *
 * @param inputTokens as the provider counted them, else as we did
 * @param outputTokens likewise
 * @param costMicroUsd what is charged; 0 where nothing is
 */
public record Spent(long inputTokens, long outputTokens, long costMicroUsd) {}

package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.policy.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Whose use is counted.
 *
 * @param model of this model alone; null: of all together
 */
public record CounterKey(Subject subject, @Nullable String model) {}

package dev.tollgate.gateway.identity;

import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.policy.CompiledPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, known for certain.
 *
 * @param keyId the virtual key, or null for a project token
 * @param tokenId the {@code jti} of the project token, or null for a virtual key
 * @param teamId the team of a team's key
 * @param projectIds the projects that the caller may use; one for a token
 * @param environment whose services and credentials serve it; null: those of no environment
 * @param policies of its own; those of the project come with the project
 * @param maxCostMicroUsd what a project token may spend in all; null: no such limit
 * @param metadata a JSON object, echoed in usage rows
 */
public record Caller(
    @Nullable String keyId,
    @Nullable String tokenId,
    String organizationId,
    @Nullable String teamId,
    List<String> projectIds,
    @Nullable String environment,
    List<CompiledPolicy> policies,
    @Nullable Long maxCostMicroUsd,
    String metadata) {

  /** Set by the authentication stage, also of a caller that it does not let in. */
  public static final StateKey<Caller> KEY = StateKey.named("caller");

  /** The id that stands for this caller in logs. */
  public String id() {
    return keyId != null ? keyId : String.valueOf(tokenId);
  }
}

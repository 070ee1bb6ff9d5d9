package dev.tollgate.gateway.usage;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as the audit knows it; a row of {@code gateway_v1.access_event}.
 *
 * @param id {@code evt_…}
 * @param at when it ended
 * @param projectId null: it was refused before that was settled
 * @param ofKey whether the caller is a virtual key; else a project token
 * @param callerId the id of the key, or the {@code jti} of the token
 * @param ipAddress the client's, as far as it is known
 * @param details more of it, for people: method, path (without query), status and the like
 */
public record AccessEvent(
    String id,
    Instant at,
    String requestId,
    String organizationId,
    @Nullable String projectId,
    boolean ofKey,
    String callerId,
    @Nullable String ipAddress,
    Outcome outcome,
    Map<String, @Nullable Object> details) {

  /** How it ended. */
  public enum Outcome {
    COMPLETED("completed"),
    /** The gateway did not let it pass. */
    REFUSED("refused"),
    /** It passed, and no good answer came of it. */
    FAILED("failed"),
    /** The client went away. */
    CANCELLED("cancelled");

    private final String id;

    Outcome(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }
}

package dev.tollgate.gateway.bodies;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way into the database, not sealed yet.
 *
 * @param id {@code bod_…}
 * @param at when the request ended
 * @param keyId the virtual key, or null for a project token
 * @param tokenId the {@code jti} of the project token, or null for a virtual key
 * @param dataKey what it will be sealed under
 * @param contentType as the sender declared it
 * @param contentEncoding as the sender declared it; the bytes are kept as they came
 * @param bytes the beginning of the body, the whole of it unless {@code truncated}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
public record KeptBody(
    String id,
    Instant at,
    String requestId,
    String organizationId,
    String projectId,
    @Nullable String keyId,
    @Nullable String tokenId,
    Part part,
    WrappedDataKey dataKey,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    byte[] bytes,
    boolean truncated) {

  /** Whose body it is. */
  public enum Part {
    REQUEST("request"),
    RESPONSE("response");

    private final String id;

    Part(String id) {
      this.id = id;
    }

    /** As stored. */
    public String id() {
      return id;
    }
  }

  @Override
  public String toString() {
    return "KeptBody[id=" + id + ", part=" + part.id() + ", [REDACTED]]";
  }
}

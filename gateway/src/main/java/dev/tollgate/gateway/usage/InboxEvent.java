package dev.tollgate.gateway.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that the administrators should know of; a row of {@code gateway_v1.inbox}. */
public record InboxEvent(
    Kind kind,
    Instant at,
    @Nullable String organizationId,
    @Nullable String keyId,
    @Nullable String credentialId) {

  /** What happened. */
  public enum Kind {
    KEY_USED("key_used"),
    CREDENTIAL_USED("credential_used"),
    CREDENTIAL_REFUSED("credential_refused");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }

  public static InboxEvent credentialRefused(String organizationId, String credentialId) {
    return new InboxEvent(
        Kind.CREDENTIAL_REFUSED, Instant.now(), organizationId, null, credentialId);
  }

  public static InboxEvent credentialUsed(String organizationId, String credentialId) {
    return new InboxEvent(Kind.CREDENTIAL_USED, Instant.now(), organizationId, null, credentialId);
  }

  public static InboxEvent keyUsed(String organizationId, String keyId) {
    return new InboxEvent(Kind.KEY_USED, Instant.now(), organizationId, keyId, null);
  }
}

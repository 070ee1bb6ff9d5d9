package dev.tollgate.gateway.usage;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that the administrators should know of; a row of {@code gateway_v1.inbox}.
 *
 * @param details texts and numbers, by name
 * @param word what is told once a minute only, by its {@code equals}; null: this is told in any
 *     case
 */
public record InboxEvent(
    Kind kind,
    Instant at,
    @Nullable String organizationId,
    @Nullable String keyId,
    @Nullable String credentialId,
    Map<String, @Nullable Object> details,
    @Nullable Object word) {

  /** What happened. */
  public enum Kind {
    KEY_USED("key_used"),
    CREDENTIAL_USED("credential_used"),
    CREDENTIAL_REFUSED("credential_refused"),
    /** From where a key was used. */
    KEY_SEEN("key_seen"),
    /** How often a key was refused since the last word. */
    KEY_REFUSED("key_refused"),
    SECURITY_EVENT("security_event");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }

  /**
   * That a key or a credential was used: with each request, hence without an event for all those
   * that are not told.
   */
  public record Use(Kind kind, String organizationId, String id) {

    public static Use ofKey(String organizationId, String keyId) {
      return new Use(Kind.KEY_USED, organizationId, keyId);
    }

    public static Use ofCredential(String organizationId, String credentialId) {
      return new Use(Kind.CREDENTIAL_USED, organizationId, credentialId);
    }

    /** The event, which has this as its word. */
    public InboxEvent event() {
      boolean key = kind == Kind.KEY_USED;
      return new InboxEvent(
          kind, Instant.now(), organizationId, key ? id : null, key ? null : id, Map.of(), this);
    }
  }

  public static InboxEvent credentialRefused(String organizationId, String credentialId) {
    return new InboxEvent(
        Kind.CREDENTIAL_REFUSED,
        Instant.now(),
        organizationId,
        null,
        credentialId,
        Map.of(),
        Kind.CREDENTIAL_REFUSED.id() + ' ' + credentialId);
  }

  /** The caller tells each place of a key seldom enough. */
  public static InboxEvent keySeen(
      String organizationId, String keyId, Map<String, @Nullable Object> details) {
    return new InboxEvent(Kind.KEY_SEEN, Instant.now(), organizationId, keyId, null, details, null);
  }

  /** The caller counts, so that this is told seldom enough. */
  public static InboxEvent keyRefused(
      String organizationId, String keyId, Map<String, @Nullable Object> details) {
    return new InboxEvent(
        Kind.KEY_REFUSED, Instant.now(), organizationId, keyId, null, details, null);
  }

  /**
   * A finding, for the audit of the key, or of the project that {@code details} names.
   *
   * @param reason what was found; the administrators hear of it once in a while, not each time
   */
  public static InboxEvent securityEvent(
      String organizationId,
      @Nullable String keyId,
      String reason,
      Map<String, @Nullable Object> details) {
    Map<String, @Nullable Object> found = new LinkedHashMap<>(details);
    found.put("reason", reason);
    return new InboxEvent(
        Kind.SECURITY_EVENT,
        Instant.now(),
        organizationId,
        keyId,
        null,
        found,
        reason + ' ' + (keyId == null ? details.get("project_id") : keyId));
  }
}

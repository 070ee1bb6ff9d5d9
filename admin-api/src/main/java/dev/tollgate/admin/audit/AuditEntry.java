package dev.tollgate.admin.audit;

import dev.tollgate.admin.access.Caller;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened, before it is stored.
 *
 * @param action such as {@code project.created}: the resource and the past participle
 * @param before how the resource was shown before; null if it was not there. Masked: it is stored
 *     as it is written to JSON
 * @param after how it is shown now; null if it is gone
 * @param details more that matters, such as a reason
 */
public record AuditEntry(
    Caller caller,
    EventType type,
    String action,
    Subject subject,
    @Nullable Object before,
    @Nullable Object after,
    Map<String, ?> details) {

  /**
   * What an event is about.
   *
   * @param organizationId null: the installation
   */
  public record Subject(
      String type, String id, @Nullable String organizationId, @Nullable String projectId) {}

  public static AuditEntry created(Caller caller, Subject subject, Object after) {
    return lifecycle(caller, "created", subject, null, after);
  }

  public static AuditEntry updated(Caller caller, Subject subject, Object before, Object after) {
    return lifecycle(caller, "updated", subject, before, after);
  }

  public static AuditEntry deleted(Caller caller, Subject subject, Object before) {
    return lifecycle(caller, "deleted", subject, before, null);
  }

  /** A step in the life of a resource: {@code created}, {@code disabled}, {@code rotated}, … */
  public static AuditEntry lifecycle(
      Caller caller,
      String verb,
      Subject subject,
      @Nullable Object before,
      @Nullable Object after) {
    return new AuditEntry(
        caller, EventType.LIFECYCLE, subject.type() + "." + verb, subject, before, after, Map.of());
  }

  /** The same as another type of event. */
  public AuditEntry as(EventType other) {
    return new AuditEntry(caller, other, action, subject, before, after, details);
  }

  /** With details. */
  public AuditEntry with(Map<String, ?> more) {
    return new AuditEntry(caller, type, action, subject, before, after, more);
  }
}

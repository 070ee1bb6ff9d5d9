package dev.tollgate.admin.audit;

/** Whose audit events are asked for. */
public record AuditSubject(Kind kind, String id) {

  /** What it is, and which events are its own. */
  public enum Kind {
    KEY("resource_id = :subject"),
    /** Also of all that the project owns. */
    PROJECT("project_id = :subject"),
    /** Also of its keys. */
    TEAM(
        """
        (resource_id = :subject
          OR resource_id IN (SELECT k.id FROM tollgate.virtual_key k WHERE k.team_id = :subject))\
        """),
    ORGANIZATION("organization_id = :subject");

    private final String condition;

    Kind(String condition) {
      this.condition = condition;
    }

    String condition() {
      return condition;
    }
  }
}

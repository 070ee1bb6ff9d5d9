package dev.tollgate.admin.virtualkey.inheritance;

/** Where a key needs the approval of a second person, in SQL. */
public final class ApprovalRule {

  /** Of a document: whether it asks for an approval. */
  static final String ASKED = "@> '{\"permissions\":{\"require_approval\":true}}'";

  /** Of the key {@code k}: whether somebody asks for an approval. */
  public static final String NEEDED =
      """
      (k.effective_policy ASKED
        OR EXISTS (SELECT FROM tollgate.organization o WHERE o.id = k.organization_id AND o.policy ASKED)
        OR EXISTS (SELECT FROM tollgate.team t WHERE t.id = k.team_id AND t.policy ASKED)
        OR EXISTS (SELECT FROM tollgate.project p
             WHERE p.organization_id = k.organization_id AND p.deleted_at IS NULL AND p.policy ASKED
               AND (k.project_ids IS NULL OR p.id = ANY (k.project_ids))
               AND (k.team_id IS NULL OR EXISTS (SELECT FROM tollgate.team t
                     WHERE t.id = k.team_id AND p.id = ANY (t.project_ids)))))
      """
          .replace("ASKED", ASKED);

  /** Whether one of these projects, an array in SQL, asks for an approval. */
  public static String anyOf(String projects) {
    return """
    EXISTS (SELECT FROM tollgate.project p
      WHERE p.deleted_at IS NULL AND p.policy ASKED AND p.id = ANY (PROJECTS::text[]))\
    """
        .replace("ASKED", ASKED)
        .replace("PROJECTS", projects);
  }

  private ApprovalRule() {}
}

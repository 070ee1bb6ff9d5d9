package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.team.Team;
import dev.tollgate.admin.team.TeamKeys;
import dev.tollgate.admin.virtualkey.inheritance.ApprovalRule;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What a change of a team means for the rule of two people. */
@Component
class KeysOfTeams implements TeamKeys {

  // As with a key's own patch, a change that ends the demand for an approval needs one itself.
  private static final String WIDENED =
      """
      UPDATE tollgate.virtual_key k SET approved_at = NULL, approved_by = NULL,
        authors = array_append(array_remove(k.authors, :actor::text), :actor::text),
        pending_approval = k.pending_approval OR ASKED_BEFORE OR NEEDED,
        version = k.version + 1, updated_at = now()
      WHERE k.team_id = :team AND k.project_ids IS NULL AND k.revoked_at IS NULL
      """
          .replace("ASKED_BEFORE", ApprovalRule.anyOf(":before"))
          .replace("NEEDED", ApprovalRule.NEEDED);

  private final DatabaseClient database;

  KeysOfTeams(DatabaseClient database) {
    this.database = database;
  }

  @Override
  public Mono<Void> widened(Team before, Caller caller) {
    return database
        .sql(WIDENED)
        .bind("actor", caller.actor())
        .bind("team", before.id())
        .bind("before", Rows.array(before.projectIds()))
        .then();
  }
}

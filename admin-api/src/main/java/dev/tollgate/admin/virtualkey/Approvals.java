package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.inheritance.ApprovalRule;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rule of two people. A key needs an approval where its own document, with what it inherits, or
 * that of a project, a team or an organization over it says so. It waits if it needs one and was
 * not approved as it is; what was approved stays so until somebody widens it.
 */
@Component
class Approvals {

  private final DatabaseClient database;
  private final Jsonb jsonb;

  Approvals(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  /**
   * How a key stands before a change.
   *
   * @param effective what holds for it
   * @param needed whether somebody asks for its approval
   */
  record Standing(ObjectNode effective, boolean needed) {}

  Mono<Standing> standing(String keyId) {
    return database
        .sql(
            "SELECT coalesce(k.effective_policy, k.policy) AS effective, "
                + ApprovalRule.NEEDED
                + " AS needed FROM tollgate.virtual_key k WHERE k.id = :id")
        .bind("id", keyId)
        .map(row ->
            new Standing(
                Objects.requireNonNull(jsonb.read(row, "effective", ObjectNode.class)),
                Boolean.TRUE.equals(row.get("needed", Boolean.class))))
        .one();
  }

  /** After a key was made or widened: an earlier approval was not of this. */
  Mono<Void> widened(String keyId, Caller caller) {
    return database
        .sql(
            """
            UPDATE tollgate.virtual_key SET approved_at = NULL, approved_by = NULL,
              authors = array_append(array_remove(authors, :actor::text), :actor::text)
            WHERE id = :id
            """)
        .bind("id", keyId)
        .bind("actor", caller.actor())
        .then();
  }

  /**
   * Lets a key wait if it must, under its document as it is by now.
   *
   * @param neededBefore an approval was asked for before the change; a change that ends that needs
   *     one itself
   */
  Mono<Void> demand(String keyId, boolean neededBefore) {
    return database
        .sql(
            "UPDATE tollgate.virtual_key k SET pending_approval = true"
                + " WHERE k.id = :id AND k.approved_at IS NULL AND NOT k.pending_approval AND (:before OR "
                + ApprovalRule.NEEDED
                + ")")
        .bind("id", keyId)
        .bind("before", neededBefore)
        .then();
  }

  /** Lets every live key of the organization wait that must, after a policy over it was changed. */
  Mono<Void> demandInAll(String organizationId) {
    return database
        .sql(
            "UPDATE tollgate.virtual_key k SET pending_approval = true, version = version + 1,"
                + " updated_at = now() WHERE k.organization_id = :id AND k.revoked_at IS NULL"
                + " AND k.approved_at IS NULL AND NOT k.pending_approval AND "
                + ApprovalRule.NEEDED)
        .bind("id", organizationId)
        .then();
  }

  Mono<Void> approve(String keyId, Caller caller, Instant now) {
    return database
        .sql(
            """
            UPDATE tollgate.virtual_key SET pending_approval = false, approved_at = :now,
              approved_by = :actor, authors = '{}', version = version + 1, updated_at = :now
            WHERE id = :id
            """)
        .bind("id", keyId)
        .bind("now", now)
        .bind("actor", caller.actor())
        .then();
  }

  static Approval read(Readable row) {
    return new Approval(
        Rows.required(row, "pending_approval", Boolean.class),
        Rows.texts(row, "authors"),
        row.get("approved_at", Instant.class),
        row.get("approved_by", String.class));
  }
}

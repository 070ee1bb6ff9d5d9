package dev.tollgate.admin.member;

import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.member} that are not deleted. */
@Component
class MemberRepository {

  private static final String FIND =
      """
      SELECT * FROM tollgate.member
       WHERE organization_id = :organization AND id = :id AND deleted_at IS NULL
      """;
  private static final String LIST =
      """
      SELECT * FROM tollgate.member
       WHERE deleted_at IS NULL AND organization_id = :organization
         AND (:before::text IS NULL OR id < :before)
       ORDER BY id DESC LIMIT :rows
      """;

  /** A robot counts while it can still be heard: with a key that works. */
  private static final String ANOTHER_OWNER =
      """
      SELECT EXISTS (SELECT FROM tollgate.member m
        WHERE m.organization_id = :organization AND m.id <> :id AND m.role = 'owner'
          AND m.deleted_at IS NULL AND NOT m.disabled
          AND (m.type = 'person' OR EXISTS (SELECT FROM tollgate.admin_key k
            WHERE k.member_id = m.id AND k.revoked_at IS NULL
              AND (k.expires_at IS NULL OR k.expires_at > now())))) AS found
      """;

  /** What goes with a member, dependants first. */
  private static final String[] ENDINGS = {
    """
    UPDATE tollgate.admin_key SET revoked_at = now(), version = version + 1, updated_at = now()
    WHERE member_id = :id AND revoked_at IS NULL\
    """,
    """
    DELETE FROM tollgate.virtual_key_name n USING tollgate.virtual_key k
    WHERE n.key_id = k.id AND k.user_id = :id\
    """,
    """
    UPDATE tollgate.virtual_key SET revoked_at = now(), revoked_reason = 'member removed',
      version = version + 1, updated_at = now()
    WHERE user_id = :id AND revoked_at IS NULL\
    """,
    """
    UPDATE tollgate.virtual_key SET version = version + 1, updated_at = now(),
      members = (SELECT coalesce(jsonb_agg(e), '[]') FROM jsonb_array_elements(members) e
        WHERE e ->> 'user_id' <> :id)
    WHERE members @> jsonb_build_array(jsonb_build_object('user_id', :id::text))
      AND user_id IS DISTINCT FROM :id\
    """,
    """
    UPDATE tollgate.member SET deleted_at = now(), version = version + 1, updated_at = now()
    WHERE id = :id\
    """,
  };

  private final DatabaseClient database;

  MemberRepository(DatabaseClient database) {
    this.database = database;
  }

  /** Where a new member is to stand. */
  record Place(String organizationId, String id, MemberType type, String createdBy) {}

  Mono<Member> insert(Place place, MemberBody body) {
    GenericExecuteSpec statement =
        database
            .sql(
                """
                INSERT INTO tollgate.member (id, organization_id, type, created_by, name, email,
                  subject, role, project_ids, team_ids, disabled)
                VALUES (:id, :organization, :type, :by, :name, :email, :subject, :role, :projects,
                  :teams, :disabled) RETURNING *
                """)
            .bind("organization", place.organizationId())
            .bind("type", place.type().text())
            .bind("by", place.createdBy());
    return write(statement, place.id(), body);
  }

  Mono<Member> update(String id, MemberBody body) {
    return write(
        database.sql(
            """
            UPDATE tollgate.member SET name = :name, email = :email, subject = :subject,
              role = :role, project_ids = :projects, team_ids = :teams, disabled = :disabled,
              version = version + 1, updated_at = now()
            WHERE id = :id RETURNING *
            """),
        id,
        body);
  }

  private static Mono<Member> write(GenericExecuteSpec statement, String id, MemberBody body) {
    GenericExecuteSpec bound =
        statement
            .bind("id", id)
            .bind("name", body.name())
            .bind("role", body.role().text())
            .bind("projects", Rows.array(body.projects()))
            .bind("teams", Rows.array(body.teams()))
            .bind("disabled", body.isDisabled());
    bound = Rows.bind(bound, "email", body.email(), String.class);
    return Rows.bind(bound, "subject", body.subject(), String.class)
        .map(MemberRepository::member)
        .one();
  }

  Mono<Member> find(String organizationId, String id) {
    return find(FIND, organizationId, id);
  }

  /** Also locks the row until the end of the transaction. */
  Mono<Member> findForUpdate(String organizationId, String id) {
    return find(FIND + " FOR UPDATE", organizationId, id);
  }

  /** Also keeps it from changing until the end of the transaction. */
  Mono<Member> findForShare(String organizationId, String id) {
    return find(FIND + " FOR SHARE", organizationId, id);
  }

  /** Of whatever organization; also keeps it from changing until the end of the transaction. */
  Mono<Member> findForShare(String id) {
    return database
        .sql("SELECT * FROM tollgate.member WHERE id = :id AND deleted_at IS NULL FOR SHARE")
        .bind("id", id)
        .map(MemberRepository::member)
        .one();
  }

  private Mono<Member> find(String select, String organizationId, String id) {
    return database
        .sql(select)
        .bind("organization", organizationId)
        .bind("id", id)
        .map(MemberRepository::member)
        .one();
  }

  Mono<Set<String>> teamProjects(Collection<String> teamIds) {
    return database
        .sql(
            """
            SELECT DISTINCT unnest(project_ids) AS id FROM tollgate.team
            WHERE id = ANY (:ids) AND deleted_at IS NULL
            """)
        .bind("ids", Rows.array(teamIds))
        .map(row -> Rows.text(row, "id"))
        .all()
        .collect(Collectors.toSet());
  }

  Flux<Member> list(String organizationId, PageRequest page) {
    GenericExecuteSpec statement =
        database.sql(LIST).bind("organization", organizationId).bind("rows", page.rowsToRead());
    return Rows.bind(statement, "before", page.before(), String.class)
        .map(MemberRepository::member)
        .all();
  }

  /**
   * Two changes of an organization's owners follow each other, so that neither counts the other.
   */
  Mono<Void> lockOrganization(String organizationId) {
    return database
        .sql("SELECT id FROM tollgate.organization WHERE id = :id FOR NO KEY UPDATE")
        .bind("id", organizationId)
        .then();
  }

  Mono<Boolean> hasAnotherOwner(String organizationId, String id) {
    return database
        .sql(ANOTHER_OWNER)
        .bind("organization", organizationId)
        .bind("id", id)
        .map(row -> Rows.required(row, "found", Boolean.class))
        .one();
  }

  Mono<Void> delete(String id) {
    return Flux.fromArray(ENDINGS)
        .concatMap(ending -> database.sql(ending).bind("id", id).then())
        .then();
  }

  private static Member member(Readable row) {
    return new Member(
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        MemberType.ofText(Rows.text(row, "type")),
        Rows.text(row, "name"),
        row.get("email", String.class),
        row.get("subject", String.class),
        Role.ofText(Rows.text(row, "role")),
        Rows.texts(row, "project_ids"),
        Rows.texts(row, "team_ids"),
        Rows.required(row, "disabled", Boolean.class),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}

package dev.tollgate.admin.credential;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.crypto.envelope.BodyBinding;
import dev.tollgate.crypto.envelope.DataKey;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Bodies as a gateway keeps them. */
public final class SealedBodies {
  private SealedBodies() {}

  /** The id of a new one, of a request of this key. */
  public static String keep(AdminServer server, String organization, String project, String key) {
    String id = server.context().getBean(Ids.class).next("bod");
    DataKey dataKey =
        Objects.requireNonNull(
            server
                .context()
                .getBean(Vault.class)
                .existing(new Scope(organization, project))
                .block());
    byte[] sealed =
        dataKey.sealBody(
            "{}".getBytes(StandardCharsets.UTF_8),
            new BodyBinding(organization, project, id, "request"));
    new Tenants(server)
        .run(
            """
            INSERT INTO tollgate.body (id, at, request_id, organization_id, project_id, key_id, part, length,
                                       truncated, data_key_id, sealed)
            VALUES (?, now(), 'req_1', ?, ?, ?, 'request', 2, false, ?, ?)\
            """,
            id,
            organization,
            project,
            key,
            dataKey.id(),
            sealed);
    return id;
  }
}

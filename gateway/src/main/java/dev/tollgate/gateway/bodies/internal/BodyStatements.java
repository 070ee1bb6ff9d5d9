package dev.tollgate.gateway.bodies.internal;

import dev.tollgate.gateway.bodies.KeptBody;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Writes rows of {@code gateway_v1.body}. */
final class BodyStatements {

  private static final String INSERT =
      """
      INSERT INTO gateway_v1.body
             (id, at, request_id, organization_id, project_id, key_id, token_jti, part, content_type, content_encoding,
              length, truncated, data_key_id, sealed)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      ON CONFLICT (id) DO NOTHING
      """;

  private final DatabaseClient database;

  BodyStatements(DatabaseClient database) {
    this.database = database;
  }

  /** Storing one twice is harmless. */
  Mono<Void> insert(KeptBody body, byte[] sealed) {
    return database
        .sql(INSERT)
        .bind(0, body.id())
        .bind(1, OffsetDateTime.ofInstant(body.at(), ZoneOffset.UTC))
        .bind(2, body.requestId())
        .bind(3, body.organizationId())
        .bind(4, body.projectId())
        .bind(5, text(body.keyId()))
        .bind(6, text(body.tokenId()))
        .bind(7, body.part().id())
        .bind(8, text(body.contentType()))
        .bind(9, text(body.contentEncoding()))
        .bind(10, body.bytes().length)
        .bind(11, body.truncated())
        .bind(12, body.dataKey().id())
        .bind(13, ByteBuffer.wrap(sealed))
        .then();
  }

  private static Object text(@Nullable String value) {
    return Parameters.in(R2dbcType.VARCHAR, value);
  }
}

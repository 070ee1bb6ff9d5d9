package dev.tollgate.admin.credential;

import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.provider.AuthMethod;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.provider.ProviderKind;
import dev.tollgate.admin.provider.ServiceAuth;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.util.Objects;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds where a credential can be tested: at its provider's own base URL, else where a service
 * sends it. A host that it may not be sent to is none.
 */
@Component
class TestTargets {

  private static final String OPENAI = "openai";
  private static final int MOST_SERVICES = 20;
  private static final String SERVICES =
      """
      SELECT s.provider, s.resolved_base_url, coalesce(s.auth, k.auth) AS auth
      FROM tollgate.service s JOIN tollgate.provider_kind k ON k.name = s.provider
      WHERE s.credential_id = :id ORDER BY s.id LIMIT :rows\
      """;

  private final DatabaseClient database;
  private final ProviderCatalogue catalogue;
  private final JsonBodies bodies;
  private final Jsonb jsonb;

  TestTargets(
      DatabaseClient database, ProviderCatalogue catalogue, JsonBodies bodies, Jsonb jsonb) {
    this.database = database;
    this.catalogue = catalogue;
    this.bodies = bodies;
    this.jsonb = jsonb;
  }

  /** Fails with 422 {@code test_not_supported} or {@code no_test_target}. */
  Mono<TestTarget> find(StoredCredential credential) {
    ProviderKind kind = kind(credential.provider());
    AuthMethod method = kind.authMethod(credential.authMethod()).orElseThrow();
    if (kind.testCall() == null || !Boolean.TRUE.equals(method.supported())) {
      return Mono.error(TestTargets::notSupported);
    }
    return Flux.concat(Mono.justOrEmpty(own(credential, kind, method)), services(credential))
        .filter(target -> credential.value().allowedHosts().contains(target.url().allowedHost()))
        .next()
        .switchIfEmpty(Mono.error(TestTargets::nowhere));
  }

  private Optional<TestTarget> own(
      StoredCredential credential, ProviderKind kind, AuthMethod method) {
    ServiceAuth auth = bodies.read(method.auth(), ServiceAuth.class);
    return kind.baseUrl(credential.value().clear()).flatMap(url -> target(kind, url, auth));
  }

  private Flux<TestTarget> services(StoredCredential credential) {
    return database
        .sql(SERVICES)
        .bind("id", credential.id())
        .bind("rows", MOST_SERVICES)
        .map(this::ofService)
        .all()
        .flatMap(Mono::justOrEmpty);
  }

  private Optional<TestTarget> ofService(Readable row) {
    ServiceAuth auth = Objects.requireNonNull(jsonb.read(row, "auth", ServiceAuth.class), "auth");
    return auth.type() == ServiceAuth.Type.NONE
        ? Optional.empty()
        : target(kind(Rows.text(row, "provider")), Rows.text(row, "resolved_base_url"), auth);
  }

  private static Optional<TestTarget> target(ProviderKind kind, String url, ServiceAuth auth) {
    return BaseUrl.parse(url)
        .flatMap(parsed ->
            Optional.ofNullable(kind.testCall())
                .map(
                    call -> new TestTarget(parsed, auth, call, kind.protocols().contains(OPENAI))));
  }

  private ProviderKind kind(String name) {
    return catalogue.find(name).orElseThrow();
  }

  private static ProblemException notSupported() {
    return ProblemException.of(
        HttpStatus.UNPROCESSABLE_CONTENT,
        "test_not_supported",
        "No call is known that would test a credential of this kind at no cost.");
  }

  private static ProblemException nowhere() {
    return ProblemException.of(
        HttpStatus.UNPROCESSABLE_CONTENT,
        "no_test_target",
        "No host is known to send the credential to: it has no service, or may not be sent there.");
  }
}

package dev.tollgate.admin.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import dev.tollgate.crypto.token.ProjectTokenVerifier;
import dev.tollgate.crypto.token.TokenAlgorithm;
import dev.tollgate.crypto.token.TokenSigningKey;
import dev.tollgate.crypto.token.TokenVerification;
import dev.tollgate.crypto.token.TokenVerificationKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.DefaultApplicationArguments;

class ProjectTokenIT {
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private Client admin;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
    tenants = new Tenants(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeTenants() {
    organization = tenants.organization();
    project = tenants.project(organization);
    admin = tenants.member("admin", organization);
  }

  private String path() {
    return "/v1/projects/" + project + "/tokens";
  }

  private Response issue(String body) {
    return admin.post(path(), body.replace('\'', '"'));
  }

  /** The claims of a token, verified with the keys that everybody sees. */
  private static ProjectTokenClaims verified(String token) {
    Map<String, TokenVerificationKey> keys =
        StreamSupport.stream(
                server.as(null).get("/.well-known/jwks.json").json().path("keys").spliterator(),
                false)
            .map(key -> TokenVerificationKey.parse(key.toString()))
            .collect(Collectors.toMap(TokenVerificationKey::kid, Function.identity()));
    ProjectTokenVerifier verifier =
        new ProjectTokenVerifier("tollgate", "tollgate-gateway", Duration.ofSeconds(60));
    TokenVerification verification = verifier.verify(token, keys::get, Instant.now());
    assertThat(verification).isInstanceOf(TokenVerification.Valid.class);
    return ((TokenVerification.Valid) verification).claims();
  }

  private List<String> gatewaySeesRevoked() {
    return tenants.query(
        "SELECT unnest(revoked_jtis) FROM gateway_v1.project WHERE project_id = ?", project);
  }

  @Test
  void issuesATokenThatVerifies() {
    Response issued = issue("{'ttl':'2d','environment':'staging','metadata':{'a':'b'},'scope':[]}");
    assertThat(issued.status()).as(issued.toString()).isEqualTo(201);
    ProjectTokenClaims claims = verified(issued.text("/token"));
    assertThat(claims.projectId()).isEqualTo(project);
    assertThat(claims.organizationId()).isEqualTo(organization);
    assertThat(claims.environment()).isEqualTo("staging");
    assertThat(claims.jti()).isEqualTo(issued.text("/jti")).startsWith("tok_");
    assertThat(claims.expiresAt()).isEqualTo(Instant.parse(issued.text("/expires_at")));
    assertThat(Duration.between(claims.issuedAt(), claims.expiresAt()))
        .isEqualTo(Duration.ofDays(2));
    assertThat(issued.text("/status")).isEqualTo("active");
    assertThat(issued.text("/metadata/a")).isEqualTo("b");
  }

  @Test
  void narrowsATokenToAScope() {
    Response issued = issue("{'scope':['embeddings','chat_completion','embeddings']}");
    assertThat(issued.status()).as(issued.toString()).isEqualTo(201);
    assertThat(verified(issued.text("/token")).scope())
        .containsExactly("chat_completion", "embeddings");
    assertThat(issued.json().path("scope").toString())
        .isEqualTo("[\"chat_completion\",\"embeddings\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1000000,1",
    "'0.50',500000,0.5",
    "0.000001,1,0.000001",
    "0,0,0",
    "1e3,1000000000,1000"
  })
  void carriesWhatItMayCostAtMost(String written, long microUsd, String shown) {
    boolean text = written.contains(".50");
    Response issued = issue("{'max_cost':" + (text ? "'" + written + "'" : written) + "}");
    assertThat(issued.status()).as(issued.toString()).isEqualTo(201);
    assertThat(verified(issued.text("/token")).maxCostMicroUsd()).isEqualTo(microUsd);
    assertThat(issued.json().path("max_cost").decimalValue()).isEqualByComparingTo(shown);
    assertThat(admin.get(path()).json().at("/data/0/max_cost").decimalValue())
        .isEqualByComparingTo(shown);
  }

  @Test
  void mayCostAnythingUnlessItSays() {
    Response issued = issue("{}");
    assertThat(verified(issued.text("/token")).maxCostMicroUsd()).isNull();
    assertThat(issued.json().path("max_cost").isNull()).isTrue();
  }

  @Test
  void lastsADayUnlessAskedOtherwise() {
    ProjectTokenClaims claims = verified(admin.call("POST", path(), null).text("/token"));
    assertThat(Duration.between(claims.issuedAt(), claims.expiresAt()))
        .isEqualTo(Duration.ofHours(24));
    assertThat(claims.environment()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'ttl':'91d'}                  | /ttl         | invalid_value
          {'ttl':'0s'}                   | /ttl         | invalid_value
          {'ttl':'later'}                | /ttl         | invalid_value
          {'scope':['chat']}             | /scope/0     | invalid_value
          {'scope':['batch_processing']} | /scope/0     | invalid_value
          {'scope':'chat_completion'}    | /scope       | invalid_type
          {'max_cost':-1}                | /max_cost    | invalid_value
          {'max_cost':'1.0000001'}       | /max_cost    | invalid_value
          {'max_cost':true}              | /max_cost    | invalid_type
          {'environment':'mo on'}        | /environment | invalid_value
          {'metadata':{'a':1}}           | /metadata/a  | invalid_type
          {'expires_in':5}               | /expires_in  | unknown_field
          """)
  void refusesABadRequestAndIssuesNothing(String body, String pointer, String code) {
    Response refused = issue(body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo(pointer);
    assertThat(refused.code()).isEqualTo(code);
    assertThat(admin.get(path()).json().path("data").size()).isZero();
  }

  @Test
  void lastsNoLongerThanTheProjectAllows() {
    admin.patch("/v1/projects/" + project, "{\"max_token_ttl\":\"2h\"}");
    Response refused = issue("{'ttl':'7201s'}");
    assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("exceeds_max_token_ttl");
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/ttl");
    assertThat(lifetime(issue("{'ttl':'2h'}"))).isEqualTo(Duration.ofHours(2));
    assertThat(lifetime(issue("{}"))).isEqualTo(Duration.ofHours(2));
    admin.patch("/v1/projects/" + project, "{\"max_token_ttl\":null}");
    assertThat(lifetime(issue("{'ttl':'90d'}"))).isEqualTo(Duration.ofDays(90));
  }

  @Test
  void keepsItsExpiryWhereItsProjectAllowsLessLater() {
    Response issued = issue("{'ttl':'48h'}");
    admin.patch("/v1/projects/" + project, "{\"max_token_ttl\":\"1h\"}");
    Response later = admin.get(path() + "/" + issued.text("/jti"));
    assertThat(later.text("/expires_at")).isEqualTo(issued.text("/expires_at"));
    assertThat(later.text("/status")).isEqualTo("active");
    assertThat(server.as(null).get("/openapi.json").body()).contains("they keep their expiry");
  }

  private static Duration lifetime(Response issued) {
    ProjectTokenClaims claims = verified(issued.text("/token"));
    return Duration.between(claims.issuedAt(), claims.expiresAt());
  }

  @Test
  void keepsNoSignedToken() {
    String token = issue("{}").text("/token");
    String signature = token.substring(token.lastIndexOf('.') + 1);
    for (String table :
        tenants.query(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'tollgate'")) {
      assertThat(
              tenants.query(
                  "SELECT t::text FROM " + table + " t WHERE t::text LIKE ?",
                  "%" + signature + "%"))
          .as(table)
          .isEmpty();
    }
    assertThat(admin.get(path()).body()).doesNotContain(signature);
  }

  @Test
  void repeatsAnIssueWithoutTheToken() {
    Client once = admin.with("Idempotency-Key", "issue-" + project);
    Response first = once.post(path(), "{}");
    Response second = once.post(path(), "{}");
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.text("/jti")).isEqualTo(first.text("/jti"));
    assertThat(second.json().has("token")).isFalse();
  }

  @Test
  void listsAndRevokesOne() {
    String kept = issue("{}").text("/jti");
    String revoked = issue("{}").text("/jti");
    assertThat(admin.delete(path() + "/" + revoked).status()).isEqualTo(204);
    assertThat(admin.delete(path() + "/" + revoked).status()).isEqualTo(204);
    assertThat(admin.get(path() + "/" + revoked).text("/status")).isEqualTo("revoked");
    assertThat(admin.get(path() + "/" + kept).text("/status")).isEqualTo("active");
    assertThat(gatewaySeesRevoked()).containsExactly(revoked);
    assertThat(admin.get(path()).json().path("data").size()).isEqualTo(2);
    assertThat(admin.get(path() + "?limit=1").text("/data/0/jti")).isEqualTo(revoked);
    assertThat(
            tenants.query(
                "SELECT action FROM tollgate.audit_event WHERE resource_id = ? ORDER BY id",
                revoked))
        .containsExactly("token.created", "token.revoked");
  }

  @Test
  void aRevokedTokenStaysRevokedWhileVerifiersAllowForOtherClocks() {
    String jti = issue("{}").text("/jti");
    admin.delete(path() + "/" + jti);
    tenants.run(
        "UPDATE tollgate.project_token SET expires_at = now() - interval '59 s' WHERE jti = ?",
        jti);
    assertThat(gatewaySeesRevoked()).containsExactly(jti);
    tenants.run(
        "UPDATE tollgate.project_token SET expires_at = now() - interval '1 h' WHERE jti = ?", jti);
    assertThat(gatewaySeesRevoked()).isEmpty();
  }

  @Test
  void revokesAllSoFarButNoneToCome() {
    Response before = issue("{}");
    assertThat(admin.delete(path()).status()).isEqualTo(204);
    Response after = issue("{}");
    Instant revokedBefore =
        Instant.parse(
            tenants
                .query(
                    "SELECT to_char(tokens_revoked_before AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                        + " FROM gateway_v1.project WHERE project_id = ?",
                    project)
                .getFirst());
    assertThat(verified(before.text("/token")).issuedAt()).isBefore(revokedBefore);
    assertThat(verified(after.text("/token")).issuedAt()).isAfterOrEqualTo(revokedBefore);
    assertThat(admin.get(path() + "/" + before.text("/jti")).text("/status")).isEqualTo("revoked");
    assertThat(admin.get(path() + "/" + after.text("/jti")).text("/status")).isEqualTo("active");
  }

  @Test
  void hidesTokensOfOthers() {
    String jti = issue("{}").text("/jti");
    String foreignOrganization = tenants.organization();
    Client other = tenants.member("owner", foreignOrganization);
    assertThat(other.get(path()).status()).isEqualTo(404);
    assertThat(other.post(path(), "{}").status()).isEqualTo(404);
    assertThat(other.delete(path()).status()).isEqualTo(404);
    String theirs = tenants.project(foreignOrganization);
    assertThat(other.get("/v1/projects/" + theirs + "/tokens/" + jti).status()).isEqualTo(404);
    assertThat(other.delete("/v1/projects/" + theirs + "/tokens/" + jti).status()).isEqualTo(404);
    Client stranger = tenants.member("developer", organization, tenants.project(organization));
    assertThat(stranger.post(path(), "{}").status()).isEqualTo(403);
    assertThat(tenants.member("viewer", organization).post(path(), "{}").status()).isEqualTo(403);
    assertThat(tenants.member("developer", organization, project).post(path(), "{}").status())
        .isEqualTo(201);
    assertThat(admin.get(path() + "/tok_1").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"projects", "organizations"})
  void whoCouldNotApproveAKeyIssuesNoTokenWhereApprovalsAreAskedFor(String level) {
    Client developer = tenants.member("developer", organization, project);
    assertThat(developer.post(path(), "{}").status()).isEqualTo(201);
    String policy =
        "/v1/%s/%s/policy".formatted(level, level.equals("projects") ? project : organization);
    String asking = "{\"permissions\":{\"require_approval\":true}}";
    assertThat(tenants.member("owner", organization).patch(policy, asking).status()).isEqualTo(200);
    Response refused = developer.post(path(), "{}");
    assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("approval_required");
    assertThat(admin.get(path()).json().path("data").size()).isEqualTo(1);
    assertThat(issue("{}").status()).isEqualTo(201);
    assertThat(server.post(path(), "{}").status()).isEqualTo(201);
    tenants.member("owner", organization).call("PUT", policy, "{}");
    assertThat(developer.post(path(), "{}").status()).isEqualTo(201);
  }

  @Test
  void publishesKeysThatAnybodyMayCache() {
    Response jwks = server.as(null).get("/.well-known/jwks.json");
    assertThat(jwks.status()).isEqualTo(200);
    assertThat(jwks.header("cache-control")).isEqualTo("max-age=300, public");
    assertThat(jwks.header("content-type")).startsWith("application/json");
    assertThat(jwks.text("/keys/0/kty")).isEqualTo("OKP");
    assertThat(jwks.json().at("/keys/0").has("d")).isFalse();
    assertThat(tenants.query("SELECT kid FROM gateway_v1.token_key"))
        .contains(jwks.text("/keys/0/kid"));
  }

  @Test
  void keepsARetiredKeyUntilItsLastTokenHasExpired() {
    TokenSigningKey signing = server.context().getBean(TokenSigningKey.class);
    String retired = TokenSigningKey.generate(TokenAlgorithm.ES256).publicJwk();
    String forgotten = TokenSigningKey.generate(TokenAlgorithm.EDDSA).publicJwk();
    publish("old", retired, null);
    publish("older", forgotten, "92 days");
    server.context().getBean(TokenKeys.class).run(new DefaultApplicationArguments());
    assertThat(tenants.query("SELECT kid FROM gateway_v1.token_key WHERE retired_at IS NULL"))
        .containsExactly(signing.kid());
    assertThat(tenants.query("SELECT kid FROM gateway_v1.token_key WHERE retired_at IS NOT NULL"))
        .containsExactly("old");
    tenants.run("DELETE FROM tollgate.token_signing_key WHERE kid = 'old'");
  }

  private static void publish(String kid, String jwk, @Nullable String retiredFor) {
    tenants.run(
        """
        INSERT INTO tollgate.token_signing_key (kid, algorithm, public_jwk, retired_at)
        VALUES (?, 'EdDSA', ?::jsonb, now() - ?::interval)\
        """,
        kid,
        jwk,
        retiredFor);
  }
}

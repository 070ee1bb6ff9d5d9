package dev.tollgate.admin.access;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A virtual key that calls for itself, from where its policies let it. */
class SelfIT {
  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {} | ``",
        "{'network_restrictions':{'ip_whitelist':['127.0.0.0/8']}} | {} | ``",
        "{'network_restrictions':{'ip_whitelist':['203.0.113.0/24']}} | {} | ip_not_allowed",
        "{} | {'network_restrictions':{'ip_blacklist':['127.0.0.1']}} | ip_not_allowed",
        "{'network_restrictions':{'require_https':true}} | {} | https_required",
        "{'authentication':{'require_signature':true}} | {} | signature_missing",
        "{} | {'domain_restrictions':{'allowed_domains':['a.example']}} | domain_not_allowed",
      })
  void isRefusedWhereItsPoliciesForbidIt(String ofKey, String ofProject, String code) {
    String project = server.project(server.organization());
    Response key =
        server.post(
            "/v1/keys",
            json(
                """
                {'name':'k','scope':{'projects':['%s']},'security':%s,
                 'permissions':{'data_access':{'export_data':true,'delete_data':true}}}\
                """,
                project, ofKey));
    assertThat(key.status()).as(key.toString()).isEqualTo(201);
    Response policy =
        server.put("/v1/projects/" + project + "/policy", json("{'security':%s}", ofProject));
    assertThat(policy.status()).as(policy.toString()).isEqualTo(200);
    AdminServer.Client self = server.as(key.text("/key"));
    for (Response found :
        new Response[] {
          self.get("/v1/keys/self/usage"),
          self.get("/v1/keys/self/logs"),
          self.delete("/v1/keys/self/logs")
        }) {
      assertThat(found.code()).as(found.toString()).isEqualTo(code);
      assertThat(found.status()).as(found.toString()).isEqualTo(code.isEmpty() ? 200 : 403);
    }
  }
}

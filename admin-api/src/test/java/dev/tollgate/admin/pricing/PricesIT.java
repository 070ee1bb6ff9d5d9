package dev.tollgate.admin.pricing;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.schema.TestDatabase.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Prices over HTTP, on a real PostgreSQL. */
class PricesIT {

  private static final String LATER = "2100-01-01T00:00:00Z";
  private static AdminServer server;
  private static Tenants tenants;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
    tenants = new Tenants(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Response override(String organization, String more) {
    return server.post(
        "/v1/prices",
        json(
            "{'organization_id':'%s','provider':'openai','model':'gpt-4o','components':{'input':2,'output':8}%s}",
            organization, more));
  }

  @Test
  void theCatalogueIsThereOnceHoweverOftenItIsWritten() {
    List<String> before = tenants.query("SELECT id FROM tollgate.price ORDER BY id");
    assertThat(before).hasSizeGreaterThan(200);
    PriceCatalogueSync sync = server.context().getBean(PriceCatalogueSync.class);
    sync.start();
    assertThat(tenants.query("SELECT id FROM tollgate.price ORDER BY id")).isEqualTo(before);
    server
        .database()
        .execute(
            Role.SUPERUSER,
            "DELETE FROM tollgate.price WHERE model = 'gpt-4o' AND organization_id IS NULL");
    sync.start();
    assertThat(tenants.query("SELECT id FROM tollgate.price ORDER BY id")).isEqualTo(before);
  }

  @Test
  void showsWhatAModelCostsAndWhereThatStands() {
    Client viewer = server.member(server.organization(), "viewer");
    Response found = viewer.get("/v1/prices?provider=openai&model=gpt-4o");
    JsonNode price = found.json().at("/data/0");
    assertThat(price.at("/model").stringValue()).isEqualTo("gpt-4o");
    assertThat(price.at("/organization_id").isNull()).isTrue();
    assertThat(price.at("/components/input").toString()).isEqualTo("2.5");
    assertThat(price.at("/components/cached_input").toString()).isEqualTo("1.25");
    assertThat(price.at("/components/output").toString()).isEqualTo("10");
    assertThat(price.at("/max_output_tokens").intValue()).isEqualTo(16384);
    assertThat(price.at("/source").stringValue()).startsWith("https://");
    assertThat(price.at("/source_date").stringValue()).matches("\\d{4}-\\d\\d-\\d\\d");
    Response one = server.get("/v1/prices/" + price.at("/id").stringValue());
    assertThat(one.json()).isEqualTo(price);
    assertThat(one.header("etag")).isEqualTo("\"1\"");
  }

  @Test
  void findsTheRowThatPricesADatedName() {
    Response found = server.get("/v1/prices?provider=openai&model=gpt-4o-2024-08-06");
    assertThat(found.json().at("/data")).hasSize(1);
    assertThat(found.text("/data/0/model")).isEqualTo("gpt-4o-20*");
  }

  @Test
  void listsInPages() {
    List<String> ids = new ArrayList<>();
    String cursor = "";
    do {
      Response page = server.get("/v1/prices?provider=anthropic&limit=7" + cursor);
      page.json().at("/data").forEach(price -> ids.add(price.at("/id").stringValue()));
      cursor = "&cursor=" + page.text("/next_cursor");
    } while (!cursor.equals("&cursor="));
    assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(20);
  }

  @Test
  void aTimeSelectsWhatIsInForceThen() {
    String path = "/v1/prices?provider=anthropic&model=claude-sonnet-5&at=";
    assertThat(server.get(path + "2026-08-31T23:59:59Z").json().at("/data")).hasSize(1);
    assertThat(server.get(path + "2026-08-31T23:59:59Z").json().at("/data/0/components/input"))
        .hasToString("2");
    assertThat(server.get(path + "2026-09-01T00:00:00Z").json().at("/data/0/components/input"))
        .hasToString("3");
    assertThat(server.get(path + "2020-01-01T00:00:00Z").json().at("/data")).isEmpty();
    assertThat(server.get(path + "yesterday").status()).isEqualTo(400);
  }

  @Test
  void anOrganizationMakesItsOwn() {
    String organization = server.organization();
    Response made =
        override(
            organization,
            ",'max_output_tokens':1000,'context_tokens':2000,'source':'contract 7','source_date':'2026-11-01'");
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.id()).matches("prc_[0-9a-hjkmnp-tv-z]{26}");
    assertThat(made.text("/organization_id")).isEqualTo(organization);
    assertThat(made.text("/source_date")).isEqualTo("2026-11-01");
    assertThat(server.get("/v1/prices/" + made.id()).json()).isEqualTo(made.json());
    Response listed = server.get("/v1/prices?organization_id=" + organization);
    assertThat(listed.json().at("/data")).hasSize(1);
    assertThat(
            tenants.query(
                "SELECT action || ' ' || (after ->> 'model') FROM tollgate.audit_event WHERE resource_id = ?",
                made.id()))
        .containsExactly("price.created gpt-4o");
  }

  @Test
  void keepsDecimalsAsTheyAre() {
    Response made =
        server.post(
            "/v1/prices",
            json(
                "{'organization_id':'%s','provider':'openai','model':'whisper-*','components':{"
                    + "'input':0.1,'output':1000000,'cached_input':0.000001,'audio_second':0.000000000001,'request':0.30,'file_search':0.00250,'web_search_preview':0.025,'web_search_request':0.035,'image':0.04,'image_variants':{'1024x1024:hd':0.080},"
                    + "'tiers':[{'above_input_tokens':200000,'input':0.3,'output':1e2}]}}",
                server.organization()));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.body().replace('}', ','))
        .contains(
            "\"input\":0.1,",
            "\"output\":1000000,",
            "\"request\":0.3,",
            "\"file_search\":0.0025,",
            "\"web_search_preview\":0.025,",
            "\"web_search_request\":0.035,",
            "\"image\":0.04,",
            "\"1024x1024:hd\":0.08,",
            "\"cached_input\":0.000001,",
            "\"audio_second\":0.000000000001,",
            "\"output\":100,");
    assertThat(server.get("/v1/prices/" + made.id()).body()).isEqualTo(made.body());
  }

  @Test
  void keepsTiersOfServiceAsTheyAre() {
    Response made =
        server.post(
            "/v1/prices",
            json(
                "{'organization_id':'%s','provider':'openai','model':'gpt-5','components':{'input':1,'output':8,"
                    + "'service_tiers':{'flex':'0.50','priority':{'input':2,'cached_input':0.2,'output':16}}}}",
                server.organization()));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    Response read = server.get("/v1/prices/" + made.id());
    assertThat(read.json().at("/components/service_tiers/flex").toString()).isEqualTo("0.5");
    assertThat(read.json().at("/components/service_tiers/priority/output").toString())
        .isEqualTo("16");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | /provider | required",
        "{'provider':'openai','components':{'input':1}} | /model | required",
        "{'provider':'openai','model':'m'} | /components | required",
        "{'provider':'openai','model':'m','components':{}} | /components | required",
        "{'provider':'openai','model':'a*b','components':{'input':1}} | /model | invalid_value",
        "{'provider':'openai','model':'a b','components':{'input':1}} | /model | invalid_value",
        "{'provider':'openai','model':'**','components':{'input':1}} | /model | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':-1}} | /components/input | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':0.0000001}} | /components/input | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1000001}} | /components/input | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1e-999999999}} | /components/input | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':true}} | /components/input | invalid_type",
        "{'provider':'openai','model':'m','components':{'inputs':1}} | /components/inputs | unknown_field",
        "{'provider':'openai','model':'m','components':{'image_variants':{'a b':1}}} | /components/image_variants/a b | invalid_value",
        "{'provider':'openai','model':'m','components':{'batch_output':1}} | /components/batch_output | unsupported_field",
        "{'provider':'openai','model':'m','components':{'batch_input':1}} | /components/batch_input | unsupported_field",
        "{'provider':'openai','model':'m','components':{'tiers':[{'above_input_tokens':5,'input':1}]}} | /components | required",
        "{'provider':'openai','model':'m','components':{'input':1,'tiers':[{'input':1}]}} | /components/tiers/0/above_input_tokens | required",
        "{'provider':'openai','model':'m','components':{'input':1,'tiers':[{'above_input_tokens':5}]}} | /components/tiers/0 | required",
        "{'provider':'openai','model':'m','components':{'input':1,'tiers':[{'above_input_tokens':5,'inputs':1}]}} | /components/tiers/0/inputs | unknown_field",
        "{'provider':'openai','model':'m','components':{'input':1,'tiers':[{'above_input_tokens':5,'input':1},{'above_input_tokens':5,'output':1}]}} | /components/tiers/1/above_input_tokens | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'default':2}}} | /components/service_tiers/default | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'Flex':2}}} | /components/service_tiers/Flex | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'flex':101}}} | /components/service_tiers/flex | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'flex':0.00001}}} | /components/service_tiers/flex | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'flex':true}}} | /components/service_tiers/flex | invalid_type",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'flex':{}}}} | /components/service_tiers/flex | required",
        "{'provider':'openai','model':'m','components':{'input':1,'service_tiers':{'flex':{'image':1}}}} | /components/service_tiers/flex/image | unknown_field",
        "{'provider':'openai','model':'m','components':{'audio_second':1,'service_tiers':{'flex':0.5}}} | /components | required",
        "{'provider':'openai','model':'m','components':{'service_tiers':{'flex':0.5}}} | /components | required",
        "{'provider':'openai','model':'m','components':{'input':1},'effective_from':'2020-01-01T00:00:00Z'} | /effective_from | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1},'source_date':'2020-13-01'} | /source_date | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1},'max_output_tokens':0} | /max_output_tokens | invalid_value",
        "{'provider':'openai','model':'m','components':{'input':1},'currency':'EUR'} | /currency | unknown_field",
      })
  void refusesWithTheFieldsPointer(String body, String pointer, String code) {
    String organization = server.organization();
    String owned = body.replaceFirst("\\{", "{'organization_id':'" + organization + "',");
    Response refused = server.post("/v1/prices", json(owned.replace(",}", "}")));
    assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
    assertThat(refused.text("/errors/0/pointer")).as(refused.toString()).isEqualTo(pointer);
    assertThat(refused.text("/errors/0/code")).as(refused.toString()).isEqualTo(code);
  }

  @Test
  void refusesAProviderThatThereIsNot() {
    Response refused =
        server.post(
            "/v1/prices",
            json(
                "{'organization_id':'%s','provider':'nobody','model':'m','components':{'input':1}}",
                server.organization()));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("unknown_provider");
  }

  @Test
  void oneTimeHasOnePrice() {
    String organization = server.organization();
    String from = ",'effective_from':'" + LATER + "'";
    assertThat(override(organization, from).status()).isEqualTo(201);
    Response again = override(organization, from);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("price_exists");
    assertThat(override(server.organization(), from).status()).isEqualTo(201);
  }

  @Test
  void onlyWhatIsNotInForceYetIsDeleted() {
    String organization = server.organization();
    String now = override(organization, "").id();
    Response refused = server.delete("/v1/prices/" + now);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("price_in_force");
    assertThat(server.get("/v1/prices/" + now).status()).isEqualTo(200);
    String later = override(organization, ",'effective_from':'" + LATER + "'").id();
    Client root = server.as(server.rootKey());
    assertThat(root.with("If-Match", "\"7\"").delete("/v1/prices/" + later).status())
        .isEqualTo(412);
    assertThat(server.delete("/v1/prices/" + later).status()).isEqualTo(204);
    assertThat(server.get("/v1/prices/" + later).status()).isEqualTo(404);
    assertThat(
            tenants.query(
                "SELECT action FROM tollgate.audit_event WHERE resource_id = ? ORDER BY id", later))
        .containsExactly("price.created", "price.deleted");
    String shipped = server.get("/v1/prices?provider=groq").text("/data/0/id");
    assertThat(server.delete("/v1/prices/" + shipped).code()).isEqualTo("price_shipped");
  }

  @Test
  void aRepetitionIsAnsweredAsTheFirstTime() {
    String organization = server.organization();
    Client root = server.as(server.rootKey()).with("Idempotency-Key", "prices-1");
    String body =
        json(
            "{'organization_id':'%s','provider':'openai','model':'m','components':{'input':1}}",
            organization);
    Response first = root.post("/v1/prices", body);
    Response second = root.post("/v1/prices", body);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(server.get("/v1/prices?organization_id=" + organization).json().at("/data"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"owner,201", "admin,201", "developer,403", "viewer,403"})
  void rolesDoWhatTheirRowOfTheMatrixSays(String role, int makes) {
    String organization = server.organization();
    Client member = server.member(organization, role);
    String body = json("{'provider':'openai','model':'m','components':{'input':1,'output':2}}");
    assertThat(member.post("/v1/prices", body).status()).isEqualTo(makes);
    assertThat(member.get("/v1/prices?provider=openai").json().at("/data").size()).isPositive();
  }

  @Test
  void overridesOfOthersDoNotExist() {
    String theirs = override(server.organization(), "").id();
    Client owner = server.member(server.organization(), "owner").with("X-Request-Id", "same");
    Response foreign = owner.get("/v1/prices/" + theirs);
    Response missing = owner.get("/v1/prices/prc_00000000000000000000000000");
    assertThat(foreign.status()).isEqualTo(404);
    assertThat(foreign.body()).isEqualTo(missing.body());
    assertThat(owner.delete("/v1/prices/" + theirs).status()).isEqualTo(404);
    assertThat(owner.get("/v1/prices?provider=openai&model=gpt-4o").body()).doesNotContain(theirs);
  }

  @ParameterizedTest
  @CsvSource({"/v1/organizations/,true", "/v1/projects/,false"})
  void saysWhatAnUnknownPriceMeans(String collection, boolean isOrganization) {
    String organization = server.organization();
    String path = collection + (isOrganization ? organization : server.project(organization));
    String initial = isOrganization ? "\"allow\"" : "null";
    assertThat(server.get(path).json().at("/unknown_price")).hasToString(initial);
    assertThat(server.patch(path, "{\"unknown_price\":\"allow\"}").text("/unknown_price"))
        .isEqualTo("allow");
    assertThat(server.patch(path, "{\"name\":\"n\"}").text("/unknown_price")).isEqualTo("allow");
    assertThat(server.patch(path, "{\"unknown_price\":\"deny\"}").text("/unknown_price"))
        .isEqualTo("deny");
    assertThat(server.patch(path, "{\"unknown_price\":\"maybe\"}").code())
        .isEqualTo("invalid_value");
    assertThat(server.patch(path, "{\"unknown_price\":null}").json().at("/unknown_price"))
        .hasToString(initial);
  }

  private static Response defaultPrice(String organization, String more) {
    return server.post(
        "/v1/prices",
        json(
            "{'organization_id':'%s','provider':'openai','model':'*','components':{'input':5,'output':20}%s}",
            organization, more));
  }

  @ParameterizedTest
  @CsvSource({"/v1/organizations/,true", "/v1/projects/,false"})
  void chargesADefaultPriceOnlyWhereThereIsOne(String collection, boolean isOrganization) {
    String organization = server.organization();
    String path = collection + (isOrganization ? organization : server.project(organization));
    String charged = "{\"unknown_price\":\"charge_default\"}";
    assertThat(override(organization, "").status()).isEqualTo(201);
    assertThat(defaultPrice(server.organization(), "").status()).isEqualTo(201);
    assertThat(defaultPrice(organization, ",'effective_from':'" + LATER + "'").status())
        .isEqualTo(201);
    Response refused = server.patch(path, charged);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("default_price_missing");
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/unknown_price");
    assertThat(defaultPrice(organization, "").status()).isEqualTo(201);
    Response taken = server.patch(path, charged);
    assertThat(taken.text("/unknown_price")).as(taken.toString()).isEqualTo("charge_default");
    assertThat(server.patch(path, "{\"name\":\"n\"}").status()).isEqualTo(200);
  }

  @Test
  void whatIsNewHasNoDefaultPriceUnlessItsOrganizationHas() {
    String body = "{\"name\":\"n\",\"unknown_price\":\"charge_default\"";
    assertThat(server.post("/v1/organizations", body + "}").code())
        .isEqualTo("default_price_missing");
    String organization = server.organization();
    String project = body + ",\"organization_id\":\"" + organization + "\"}";
    assertThat(server.post("/v1/projects", project).code()).isEqualTo("default_price_missing");
    assertThat(defaultPrice(organization, "").status()).isEqualTo(201);
    assertThat(server.post("/v1/projects", project).text("/unknown_price"))
        .isEqualTo("charge_default");
  }

  @Test
  void aDefaultPriceIsFoundByItsNameAndNotAsThatOfAModel() {
    String organization = server.organization();
    String id = defaultPrice(organization, "").id();
    String path = "/v1/prices?organization_id=" + organization + "&model=";
    assertThat(server.get(path + "*").text("/data/0/id")).isEqualTo(id);
    assertThat(server.get(path + "gpt-4o").json().at("/data")).isEmpty();
  }
}

package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.document.DocumentSchema;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.openapi.OpenApiDocument;
import dev.tollgate.admin.openapi.OperationDescriptions;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Policies in the OpenAPI document, and what carries one. */
@Component
class PolicyDescriptions implements OperationDescriptions {

  private static final String STATE =
      """
      {"id":{"type":"string"},
       "version":{"type":"integer"},
       "created_by":{"type":"string"},
       "created_at":{"type":"string","format":"date-time"},
       "updated_at":{"type":"string","format":"date-time"}}\
      """;
  private static final String KEY_STATE =
      """
      {"status":{"type":"string","enum":["pending_approval","active","disabled","expired","rotating","revoked"]},
       "last4":{"type":"string","description":"the end of its value"},
       "disabled_reason":{"type":["string","null"]},
       "auto_enable_at":{"type":["string","null"],"format":"date-time"},
       "revoked_at":{"type":["string","null"],"format":"date-time"},
       "revoked_reason":{"type":["string","null"]},
       "approved_at":{"type":["string","null"],"format":"date-time"},
       "approved_by":{"type":["string","null"]},
       "old_key_expires_at":{"type":["string","null"],"format":"date-time"},
       "last_used_at":{"type":["string","null"],"format":"date-time"},
       "warnings":{"type":"array","items":{"type":"string"}}}\
      """;
  private static final String ALLOWANCE =
      """
      {"remaining":{"type":"object","additionalProperties":{"type":"object"},"description":
        "What the tightest of the policies over the key leaves, in blocks and by names as limits stand in a policy:
         requests, tokens, costs, models. As gateways have reported, which takes up to 5 s."},
       "budgets":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{
         "scope":{"type":"string","enum":["organization","team","project","key"]},
         "scope_id":{"type":"string"},
         "model":{"type":"string","description":"where the limit is of one model"},
         "window":{"type":"string","enum":["hour","day","month"]},
         "limit":{"type":"number","description":"US dollars"},
         "spent":{"type":"number"},
         "reserved":{"type":"number","description":"what gateways hold for requests on their way and to come"},
         "resets_at":{"type":"string","format":"date-time"}}}}}\
      """
          .replace("\n", " ");
  private static final String SECRETS =
      """
      {"key":{"type":"string","description":"tg_…; in the one answer that makes it"},
       "signing_secret":{"type":"string","description":"tgs_…; in the one answer that makes it"}}\
      """;

  private static final String KEYS = "/v1/keys";
  private static final String KEY = "/v1/keys/{id}";

  private final JsonMapper mapper;

  PolicyDescriptions(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public void describe(OpenApiDocument document) {
    describeKeys(document);
    describeActions(document);
    describeSource(document, "Template", "/v1/templates", PolicyFields.TEMPLATE, "{}");
    describeSource(
        document,
        "Environment",
        "/v1/environments",
        PolicyFields.ENVIRONMENT,
        "{\"built_in\":{\"type\":\"boolean\"}}");
    describeCeilings(document);
  }

  private void describeKeys(OpenApiDocument document) {
    document.schema("NewKey", written(PolicyFields.KEY_POLICY));
    document.schema("Key", shown(PolicyFields.KEY_POLICY, STATE, KEY_STATE, ALLOWANCE));
    document.schema("IssuedKey", shown(PolicyFields.KEY_POLICY, STATE, KEY_STATE, SECRETS));
    document.page("Keys", "Key");
    document.takes("POST", KEYS, "NewKey");
    document.answers("POST", KEYS, 201, "IssuedKey");
    document.answers("GET", KEYS, 200, "Keys");
    document.asks(
        KEYS,
        "query",
        List.of("organization", "project", "team", "environment", "status", "metadata"));
    document.answers("GET", KEY, 200, "Key");
    document.takes("PATCH", KEY, "NewKey");
    document.answers("PATCH", KEY, 200, "IssuedKey");
  }

  private void describeActions(OpenApiDocument document) {
    document.schema("DisableKey", DocumentSchema.ofWritten(KeyRequests.DISABLE_SHAPE));
    document.mayTake("POST", KEY + "/disable", "DisableKey");
    document.answers("POST", KEY + "/disable", 200, "Key");
    document.answers("POST", KEY + "/enable", 200, "Key");
    document.answers("POST", KEY + "/approve", 200, "Key");
    document.schema("RotateKey", DocumentSchema.ofWritten(KeyRequests.ROTATE_SHAPE));
    document.mayTake("POST", KEY + "/rotate", "RotateKey");
    document.answers("POST", KEY + "/rotate", 200, "IssuedKey");
    document.schema("RevokeKey", DocumentSchema.ofWritten(KeyRequests.REVOKE_SHAPE));
    document.mayTake("DELETE", KEY, "RevokeKey");
  }

  private void describeSource(
      OpenApiDocument document, String name, String path, DocumentShape shape, String more) {
    document.schema("New" + name, written(shape));
    document.schema(name, shown(shape, STATE, more));
    document.page(name + "s", name);
    document.takes("POST", path, "New" + name);
    document.answers("POST", path, 201, name);
    document.answers("GET", path, 200, name + "s");
    document.answers("GET", path + "/{id}", 200, name);
    document.takes("PATCH", path + "/{id}", "New" + name);
    document.answers("PATCH", path + "/{id}", 200, name);
  }

  private static void describeCeilings(OpenApiDocument document) {
    document.schema("NewPolicy", DocumentSchema.ofWritten(PolicyFields.CEILING));
    document.schema("Policy", DocumentSchema.ofShown(PolicyFields.CEILING));
    document.schema("NewProjectPolicy", DocumentSchema.ofWritten(PolicyFields.PROJECT_POLICY));
    ObjectNode shown = DocumentSchema.ofShown(PolicyFields.PROJECT_POLICY);
    shown
        .withObject("properties")
        .putObject(PolicyFields.MAX_TOKEN_TTL)
        .put("type", "string")
        .put("description", "How long the project's tokens last at most; left out where 90d.");
    document.schema("ProjectPolicy", shown);
    describeCeiling(document, "organizations", "Policy");
    describeCeiling(document, "teams", "Policy");
    describeCeiling(document, "projects", "ProjectPolicy");
  }

  private static void describeCeiling(OpenApiDocument document, String owner, String schema) {
    String path = "/v1/" + owner + "/{id}/policy";
    document.answers("GET", path, 200, schema);
    for (String method : List.of("PUT", "PATCH")) {
      document.takes(method, path, "New" + schema);
      document.answers(method, path, 200, schema);
    }
  }

  private static ObjectNode written(DocumentShape shape) {
    ObjectNode schema = DocumentSchema.ofWritten(shape);
    schema.putArray("required").add("name");
    return schema;
  }

  private ObjectNode shown(DocumentShape shape, String... more) {
    ObjectNode schema = DocumentSchema.ofShown(shape);
    ObjectNode properties = schema.withObject("properties");
    for (String part : more) {
      properties.setAll(mapper.readValue(part, ObjectNode.class));
    }
    return schema;
  }
}

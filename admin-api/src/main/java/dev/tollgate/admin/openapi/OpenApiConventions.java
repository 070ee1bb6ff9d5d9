package dev.tollgate.admin.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says in the OpenAPI document what features tell of theirs, and what holds for every operation.
 */
@Component
class OpenApiConventions implements OpenApiCustomizer {
  private static final String PROBLEM = "Problem";
  private static final String REF = "#/components/schemas/";

  private static final String PROBLEM_SCHEMA =
      """
      {"type":"object","required":["type","title","status","code","detail","request_id"],
       "properties":{
        "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},
        "code":{"type":"string","description":"stable; to be told apart by"},
        "detail":{"type":"string"},"request_id":{"type":"string"},
        "errors":{"type":"array","items":{"type":"object","properties":{
          "pointer":{"type":"string","description":"JSON pointer into the body"},
          "code":{"type":"string"},"message":{"type":"string"}}}}}}\
      """;

  private final List<OperationDescriptions> features;
  private final PatchBodies patches;
  private final JsonMapper mapper;

  OpenApiConventions(List<OperationDescriptions> features, PatchBodies patches, JsonMapper mapper) {
    this.features = List.copyOf(features);
    this.patches = patches;
    this.mapper = mapper;
  }

  @Override
  public void customise(OpenAPI api) {
    OpenApiDocument document = new OpenApiDocument(api);
    document.schema(PROBLEM, mapper.readValue(PROBLEM_SCHEMA, ObjectNode.class));
    patches.addTo(api);
    features.forEach(feature -> feature.describe(document));
    api.getPaths()
        .forEach((path, item) -> {
          if (path.startsWith("/v1/")) {
            item.readOperationsMap().forEach((method, operation) -> say(api, method, operation));
          }
        });
  }

  private static void say(OpenAPI api, HttpMethod method, Operation operation) {
    operation
        .getResponses()
        .addApiResponse(
            "default",
            new ApiResponse()
                .description("A refusal")
                .content(
                    new Content()
                        .addMediaType(
                            "application/problem+json",
                            new MediaType().schema(new JsonSchema().$ref(REF + PROBLEM)))));
    if (method == HttpMethod.POST) {
      operation.addParametersItem(idempotencyKey());
    }
    if (method == HttpMethod.PATCH && operation.getRequestBody() != null) {
      leaveOut(api, operation.getRequestBody());
    }
  }

  private static Parameter idempotencyKey() {
    return new Parameter()
        .in("header")
        .name("Idempotency-Key")
        .required(false)
        .description(
            "1 to 255 visible ASCII characters. For 24 hours the same request under it gets the stored"
                + " answer, without what is shown once.")
        .schema(new JsonSchema().types(Set.of("string")));
  }

  /** Of a merge patch nothing is required, and null takes away. */
  private static void leaveOut(OpenAPI api, RequestBody body) {
    Content content = body.getContent();
    content.values().forEach(media -> media.setSchema(patchOf(api, media.getSchema())));
    content.values().stream()
        .findFirst()
        .ifPresent(media -> content.addMediaType("application/merge-patch+json", media));
  }

  @SuppressWarnings("rawtypes") // as the library has it
  private static Schema<?> patchOf(OpenAPI api, Schema<?> schema) {
    if (schema == null || schema.get$ref() == null) {
      return schema;
    }
    String name = schema.get$ref().substring(REF.length());
    Map<String, Schema> all = api.getComponents().getSchemas();
    all.computeIfAbsent(
        name + "Patch", _ -> withoutRequired(Objects.requireNonNull(all.get(name), name)));
    return new JsonSchema().$ref(REF + name + "Patch");
  }

  private static Schema<?> withoutRequired(Schema<?> schema) {
    Schema<?> patch = new JsonSchema().types(Set.of("object"));
    patch.setProperties(new LinkedHashMap<>(schema.getProperties()));
    patch.setAdditionalProperties(schema.getAdditionalProperties());
    return patch;
  }
}

package dev.tollgate.admin.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Says in the OpenAPI document what annotations cannot: documents that are no Java type. */
public final class OpenApiDocument {
  private static final String JSON = "application/json";
  private static final String REF = "#/components/schemas/";

  private final OpenAPI api;

  OpenApiDocument(OpenAPI api) {
    this.api = api;
  }

  /** Adds a component. */
  public void schema(String name, ObjectNode schema) {
    api.getComponents().addSchemas(name, parse(schema.toString()));
  }

  /** Adds a component that is a page of another one. */
  public void page(String name, String of) {
    String schema =
        """
        {"type":"object","required":["data","next_cursor"],"properties":{
          "data":{"type":"array","items":{"$ref":"%s"}},"next_cursor":{"type":["string","null"]}}}\
        """
            .formatted(REF + of);
    api.getComponents().addSchemas(name, parse(schema));
  }

  /** The body that an operation takes. */
  public void takes(String method, String path, String schema) {
    operation(method, path).setRequestBody(new RequestBody().content(content(schema)));
  }

  /** As {@link #takes}, of an operation that takes none as well. */
  public void mayTake(String method, String path, String schema) {
    takes(method, path, schema);
    operation(method, path).getRequestBody().setRequired(false);
  }

  /** What an operation answers where it succeeds. */
  public void answers(String method, String path, int status, String schema) {
    Operation operation = operation(method, path);
    ApiResponses responses = new ApiResponses();
    responses.addApiResponse(
        Integer.toString(status), new ApiResponse().description("Done").content(content(schema)));
    if (operation.getResponses() != null) {
      operation
          .getResponses()
          .forEach((code, response) -> {
            if (!code.startsWith("2")) {
              responses.addApiResponse(code, response);
            }
          });
    }
    operation.setResponses(responses);
  }

  /** The parameters that a query may have, instead of one that stands for all of them. */
  public void asks(String path, String insteadOf, List<String> names) {
    Operation operation = operation("GET", path);
    List<Parameter> parameters = new ArrayList<>(operation.getParameters());
    parameters.removeIf(
        parameter -> parameter.getName().equals(insteadOf) || names.contains(parameter.getName()));
    names.forEach(name -> parameters.add(query(name)));
    operation.setParameters(parameters);
  }

  private static Parameter query(String name) {
    return new Parameter()
        .in("query")
        .name(name)
        .required(false)
        .schema(new JsonSchema().types(Set.of("string")));
  }

  private Operation operation(String method, String path) {
    PathItem item = Objects.requireNonNull(api.getPaths().get(path), path);
    return Objects.requireNonNull(
        item.readOperationsMap().get(HttpMethod.valueOf(method)), () -> method + " " + path);
  }

  static Content content(String schema) {
    return new Content()
        .addMediaType(JSON, new MediaType().schema(new JsonSchema().$ref(REF + schema)));
  }

  private static Schema<?> parse(String schema) {
    try {
      return Json31.mapper().readValue(schema, Schema.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(schema, e);
    }
  }
}

package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ProviderDefinition;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ServedModel;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compiles rows of {@code gateway_v1.service}, most of whose columns are JSON. */
final class ServiceRows {

  private static final JsonMapper JSON = JsonMapper.shared();

  private ServiceRows() {}

  static ServiceSnapshot service(Columns row) {
    return new ServiceSnapshot(
        row.text("service_id"),
        row.text("name"),
        row.text("provider"),
        protocols(row.texts("protocols")),
        URI.create(row.text("base_url")),
        presentation(JSON.readTree(row.json("auth"))),
        textMap(row.json("headers")),
        models(row.optionalJson("models")),
        row.number("priority"),
        row.optionalText("environment"),
        timeouts(row.optionalJson("timeouts")),
        row.optionalText("credential_id"),
        definition(JSON.readTree(row.json("definition"))));
  }

  private static Set<Protocol> protocols(List<String> ids) {
    return Stream.of(Protocol.values())
        .filter(protocol -> ids.contains(protocol.id()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Presentation presentation(JsonNode auth) {
    String type = auth.path("type").asString("");
    String field = optionalText(auth, "field");
    return switch (type) {
      case "bearer" -> new Presentation.Bearer(field);
      case "header" -> new Presentation.Header(text(auth, "name"), field);
      case "query" -> new Presentation.Query(text(auth, "name"), field);
      case "basic" ->
          new Presentation.Basic(text(auth, "username"), auth.path("password").asString(""));
      case "template" -> new Presentation.Template(text(auth, "name"), text(auth, "value"));
      case "none" -> new Presentation.None();
      default -> new Presentation.Unsupported(type);
    };
  }

  private static @Nullable List<ServedModel> models(@Nullable String json) {
    if (json == null) {
      return null;
    }
    List<ServedModel> models = new ArrayList<>();
    for (JsonNode model : JSON.readTree(json)) {
      models.add(new ServedModel(text(model, "name"), optionalText(model, "alias_of")));
    }
    return List.copyOf(models);
  }

  private static Timeouts timeouts(@Nullable String json) {
    if (json == null) {
      return Timeouts.NONE;
    }
    JsonNode node = JSON.readTree(json);
    return new Timeouts(
        millis(node, "connect_ms"),
        millis(node, "first_byte_ms"),
        millis(node, "between_chunks_ms"),
        millis(node, "total_ms"));
  }

  private static ProviderDefinition definition(JsonNode node) {
    return new ProviderDefinition(
        lowerCaseNames(node.path("client_auth_headers")),
        lowerCaseNames(node.path("request_headers")),
        lowerCaseNames(node.path("response_headers")),
        node.path("stream_usage_option").asBoolean(false),
        optionalText(node, "version_prefix"));
  }

  private static Set<String> lowerCaseNames(JsonNode array) {
    return array
        .valueStream()
        .map(name -> name.asString().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  static Map<String, String> textMap(String json) {
    Map<String, String> values = new LinkedHashMap<>();
    JSON.readTree(json).forEachEntry((name, value) -> values.put(name, value.asString()));
    return Map.copyOf(values);
  }

  private static @Nullable Duration millis(JsonNode node, String name) {
    return node.hasNonNull(name) ? Duration.ofMillis(node.path(name).asLong()) : null;
  }

  private static String text(JsonNode node, String name) {
    String value = optionalText(node, name);
    if (value == null) {
      throw new IllegalStateException("gateway_v1.service: " + name + " is missing");
    }
    return value;
  }

  private static @Nullable String optionalText(JsonNode node, String name) {
    return node.hasNonNull(name) ? node.path(name).asString() : null;
  }
}

package dev.tollgate.gateway.modellist;

import dev.tollgate.gateway.pipeline.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How one protocol asks for, reads and writes a list of models. */
enum ModelDialect {
  OPENAI(Protocol.OPENAI, "/v1/models", "", "data", "id") {
    @Override
    ObjectNode describe(String id, String provider) {
      return JSON.createObjectNode()
          .put("id", id)
          .put("object", "model")
          .put("created", 0)
          .put("owned_by", provider);
    }

    @Override
    String write(List<ModelEntry> models) {
      return "{\"object\":\"list\",\"data\":" + array(models) + "}";
    }
  },

  ANTHROPIC(Protocol.ANTHROPIC, "/v1/models", "limit=1000", "data", "id") {
    // Anthropic itself gives the epoch where it does not know a date.
    @Override
    ObjectNode describe(String id, String provider) {
      return JSON.createObjectNode()
          .put("type", "model")
          .put("id", id)
          .put("display_name", id)
          .put("created_at", "1970-01-01T00:00:00Z");
    }

    @Override
    String write(List<ModelEntry> models) {
      String first = models.isEmpty() ? "null" : JSON.writeValueAsString(models.getFirst().id());
      String last = models.isEmpty() ? "null" : JSON.writeValueAsString(models.getLast().id());
      return "{\"data\":%s,\"has_more\":false,\"first_id\":%s,\"last_id\":%s}"
          .formatted(array(models), first, last);
    }
  },

  GEMINI(Protocol.GEMINI, "/v1beta/models", "pageSize=1000", "models", "name") {
    @Override
    ObjectNode describe(String id, String provider) {
      ObjectNode model = JSON.createObjectNode().put("name", PREFIX + id).put("displayName", id);
      model
          .putArray("supportedGenerationMethods")
          .add("generateContent")
          .add("countTokens")
          .add("embedContent");
      return model;
    }

    @Override
    String write(List<ModelEntry> models) {
      return "{\"models\":" + array(models) + "}";
    }
  };

  private static final String PREFIX = "models/";

  /** Prices and the like stay exactly as a provider wrote them. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  final Protocol protocol;

  /** The list's path at a provider, and what follows it to have all of it on one page. */
  final String path;

  final String query;
  private final String listMember;
  private final String nameMember;

  ModelDialect(Protocol protocol, String path, String query, String listMember, String nameMember) {
    this.protocol = protocol;
    this.path = path;
    this.query = query;
    this.listMember = listMember;
    this.nameMember = nameMember;
  }

  /** The dialect of a protocol; null for one whose lists are only passed through. */
  static @Nullable ModelDialect of(Protocol protocol) {
    return switch (protocol) {
      case OPENAI -> OPENAI;
      case ANTHROPIC -> ANTHROPIC;
      case GEMINI -> GEMINI;
      case PASS_THROUGH -> null;
    };
  }

  /** The headers that a provider asks for. */
  final Map<String, String> headers() {
    return this == ANTHROPIC ? Map.of("anthropic-version", "2023-06-01") : Map.of();
  }

  /** What can be said of a model of which only the name is known. */
  abstract ObjectNode describe(String id, String provider);

  /** The whole list as a JSON document. */
  abstract String write(List<ModelEntry> models);

  /** The entry of a model of which only the name is known. */
  final ModelEntry entry(String id, String provider) {
    return new ModelEntry(id, JSON.writeValueAsString(describe(id, provider)));
  }

  /**
   * Reads a provider's list; null if it is none. Some OpenAI-compatible providers answer with the
   * bare array.
   */
  final @Nullable List<ModelEntry> read(byte[] document) {
    try {
      JsonNode root = JSON.readTree(document);
      JsonNode list = root.isArray() ? root : root.path(listMember);
      return list.isArray() || list.isNull() || isEmptyObject(root) ? entries(list) : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** How Google writes a list of nothing. */
  private static boolean isEmptyObject(JsonNode root) {
    return root.isObject() && root.isEmpty();
  }

  private List<ModelEntry> entries(JsonNode list) {
    List<ModelEntry> entries = new ArrayList<>();
    for (JsonNode model : list) {
      String name = model.path(nameMember).asString("");
      if (!name.isEmpty()) {
        entries.add(new ModelEntry(withoutPrefix(name), JSON.writeValueAsString(model)));
      }
    }
    return List.copyOf(entries);
  }

  /** Gemini's resource names begin with their collection; requests may do as well. */
  String withoutPrefix(String name) {
    return this == GEMINI && name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  private static String array(List<ModelEntry> models) {
    StringBuilder array = new StringBuilder("[");
    for (ModelEntry model : models) {
      array.append(array.length() > 1 ? "," : "").append(model.json());
    }
    return array.append(']').toString();
  }
}

package dev.tollgate.deploy.e2e;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How each protocol asks for an answer, streamed or not, and says that it failed. */
enum Wire {
  OPENAI("/error/code"),
  ANTHROPIC("/error/code"),
  GEMINI("/error/details/0/reason");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String codeAt;

  Wire(String codeAt) {
    this.codeAt = codeAt;
  }

  /** The provider's name in a {@link Tenant}. */
  String provider() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  String path(String model, boolean streamed) {
    return switch (this) {
      case OPENAI -> "/v1/chat/completions";
      case ANTHROPIC -> "/v1/messages";
      case GEMINI ->
          "/v1beta/models/"
              + model
              + (streamed ? ":streamGenerateContent?alt=sse" : ":generateContent");
    };
  }

  String body(String model, boolean streamed) {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Grüße 🚀\"}]";
    String stream = streamed ? ",\"stream\": true" : "";
    return switch (this) {
      case OPENAI -> "{\"model\":\"%s\", %s%s }".formatted(model, messages, stream);
      case ANTHROPIC ->
          "{\"max_tokens\":500, \"model\":\"%s\",%s%s}".formatted(model, messages, stream);
      case GEMINI -> "{\"contents\":[ {\"role\":\"user\",\"parts\":[{\"text\":\"Grüße 🚀\"}]} ]}";
    };
  }

  String keyHeader(String key) {
    return switch (this) {
      case OPENAI -> "Authorization: Bearer " + key;
      case ANTHROPIC -> "x-api-key: " + key;
      case GEMINI -> "x-goog-api-key: " + key;
    };
  }

  Reply ask(Bed bed, Tenant.Key key, String model, boolean streamed, String... headers) {
    try (RawHttp.Exchange exchange = open(bed, key, model, streamed, headers)) {
      return exchange.reply();
    }
  }

  /** Sends the request and leaves the answer to be read. */
  RawHttp.Exchange open(
      Bed bed, Tenant.Key key, String model, boolean streamed, String... headers) {
    byte[] body = body(model, streamed).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>();
    all.add(keyHeader(key.token()));
    all.add("Content-Type: application/json");
    all.add("Content-Length: " + body.length);
    Collections.addAll(all, headers);
    return bed.http().open("POST", path(model, streamed), body, all.toArray(String[]::new));
  }

  /** Asks a gateway of its own choice for a short answer. */
  Reply askAt(java.net.URI gateway, String token, String model, String... headers) {
    return new RawHttp(gateway)
        .post(path(model, false), body(model, false), RawHttp.with(headers, keyHeader(token)));
  }

  /** A header by which {@link Bed#upstream} finds the request. */
  static String mark(String id) {
    return Bed.CLIENT_REQUEST_ID + ": " + id;
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  /** The stable code in an error's body. */
  String code(Reply reply) {
    return code(reply.text());
  }

  String code(String document) {
    JsonNode tree = JSON.readTree(document);
    return tree.at(codeAt).asString("");
  }

  /** Whether the answer is an error in the shape that the protocol's SDK reads. */
  boolean isErrorOf(Reply reply) {
    JsonNode tree = JSON.readTree(reply.text());
    JsonNode error = tree.path("error");
    return error.path("message").isString()
        && switch (this) {
          case OPENAI -> error.path("type").isString() && error.has("param");
          case ANTHROPIC ->
              tree.path("type").asString().equals("error") && error.path("type").isString();
          case GEMINI ->
              error.path("code").asInt() == reply.status() && error.path("status").isString();
        };
  }

  /** The code in the event that ends a stream. */
  String codeOfLastEvent(Reply reply) {
    List<String> data = reply.text().lines().filter(line -> line.startsWith("data: {")).toList();
    return code(data.getLast().substring("data: ".length()));
  }
}

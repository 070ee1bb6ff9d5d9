package dev.tollgate.deploy.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code /v1/embeddings}, as numbers or as base64 of little-endian floats. */
final class OpenAiEmbeddings {

  private OpenAiEmbeddings() {}

  static Answer answer(Prompt prompt) {
    JsonNode input = prompt.document().path("input");
    int count = input.isArray() && !input.path(0).isNumber() ? input.size() : 1;
    int dimensions = Math.clamp(prompt.document().path("dimensions").asInt(8), 1, 4096);
    boolean base64 = prompt.document().path("encoding_format").asString("").equals("base64");
    List<Object> data = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Float> vector = vector(i, dimensions);
      Object embedding = base64 ? base64(vector) : vector;
      data.add(Json.object("object", "embedding", "index", i, "embedding", embedding));
    }
    int tokens = prompt.inputTokens();
    return Answer.json(
            200,
            Json.object(
                "object",
                "list",
                "data",
                data,
                "model",
                prompt.model().name(),
                "usage",
                Json.object("prompt_tokens", tokens, "total_tokens", tokens)))
        .counting(tokens);
  }

  /** Fractions that a float holds exactly, so that both encodings say the same. */
  static List<Float> vector(int index, int dimensions) {
    List<Float> vector = new ArrayList<>(dimensions);
    for (int i = 0; i < dimensions; i++) {
      vector.add((i + 1 + index) / 64f);
    }
    return vector;
  }

  private static String base64(List<Float> vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.size() * 4).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(bytes::putFloat);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}

package dev.tollgate.deploy.e2e;

import dev.tollgate.deploy.e2e.RecordedAnswers.Recording;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What an answer's usage is, read the slow and plain way: the whole body as trees, one rule a
 * family of providers, written after their documentation and not after the readers.
 */
final class UsageOracle {

  private UsageOracle() {}

  /** What a usage row is to show. */
  record Tokens(long input, long output, long cached, long reasoning, long cacheWrite) {}

  static @Nullable Tokens usage(Recording answer) {
    if (isBinary(answer)) {
      return null;
    }
    List<JsonNode> documents = documents(answer);
    return switch (answer.provider()) {
      case "anthropic" -> anthropic(documents);
      case "gemini", "vertex" ->
          answer.path().contains("/openai/") ? openAi(documents) : gemini(documents);
      case "cohere" -> cohere(documents);
      case "bedrock" -> bedrock(documents);
      default -> openAi(documents);
    };
  }

  private static boolean isBinary(Recording answer) {
    String type = answer.contentType();
    return type.startsWith("audio/")
        || type.startsWith("text/plain")
        || type.equals("application/octet-stream");
  }

  private static List<JsonNode> documents(Recording answer) {
    if (answer.body().length > 0 && answer.body()[0] == 0) {
      return eventStream(answer.body());
    }
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    List<JsonNode> whole = parse(text);
    return whole.isEmpty() ? lines(text) : whole;
  }

  private static List<JsonNode> lines(String text) {
    return text.lines()
        .map(line -> line.startsWith("data:") ? line.substring(5) : line)
        .flatMap(line -> parse(line).stream())
        .toList();
  }

  private static List<JsonNode> parse(String text) {
    try {
      JsonNode tree = RecordedAnswers.JSON.readTree(text);
      return tree.isArray()
          ? List.copyOf(tree.values())
          : tree.isObject() ? List.of(tree) : List.of();
    } catch (JacksonException e) {
      return List.of();
    }
  }

  private static List<JsonNode> eventStream(byte[] body) {
    List<JsonNode> documents = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      while (in.available() > 0) {
        int total = in.readInt();
        int headers = in.readInt();
        in.skipNBytes(4L + headers);
        byte[] payload = in.readNBytes(total - headers - 16);
        in.skipNBytes(4);
        JsonNode event = RecordedAnswers.JSON.readTree(payload);
        JsonNode inner = event.get("bytes");
        documents.add(inner == null ? event : RecordedAnswers.JSON.readTree(inner.binaryValue()));
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Tokens openAi(List<JsonNode> documents) {
    JsonNode usage = MissingNode.getInstance();
    for (JsonNode document : documents) {
      for (String at : List.of("/x_groq/usage", "/response/usage", "/usage")) {
        usage = document.at(at).isObject() ? document.at(at) : usage;
      }
    }
    boolean chat = usage.has("prompt_tokens");
    if (!chat && !usage.has("input_tokens")) {
      return usage.has("total_tokens") ? plain(usage.get("total_tokens").asLong(), 0) : null;
    }
    String in = chat ? "prompt_tokens" : "input_tokens";
    String out = chat ? "completion_tokens" : "output_tokens";
    long input = number(usage, in);
    long output = number(usage, out);
    long cached =
        Math.max(
            number(usage.path(in + "_details"), "cached_tokens"),
            number(usage, "prompt_cache_hit_tokens"));
    long reasoning = number(usage.path(out + "_details"), "reasoning_tokens");
    long audio = number(usage.path(in + "_details"), "audio_tokens");
    long unnamed = Math.max(0, number(usage, "total_tokens") - input - output);
    if (unnamed > 0 && unnamed == audio) {
      input += unnamed;
    } else if (unnamed > 0) {
      output += unnamed;
      reasoning = reasoning == 0 ? unnamed : reasoning;
    }
    long written = number(usage.path(in + "_details"), "cache_write_tokens");
    return new Tokens(input, output, Math.min(cached, input), reasoning, written);
  }

  private static @Nullable Tokens anthropic(List<JsonNode> documents) {
    JsonNode start = MissingNode.getInstance();
    JsonNode end = MissingNode.getInstance();
    for (JsonNode document : documents) {
      start = document.at("/message/usage").isObject() ? document.at("/message/usage") : start;
      end = document.at("/usage").isObject() ? document.at("/usage") : end;
    }
    if (start.isMissingNode() && end.isMissingNode()) {
      return null;
    }
    long read = later(start, end, "cache_read_input_tokens");
    long written = later(start, end, "cache_creation_input_tokens");
    return new Tokens(
        later(start, end, "input_tokens") + read + written,
        later(start, end, "output_tokens"),
        read,
        number(end.path("output_tokens_details"), "thinking_tokens"),
        written);
  }

  private static long later(JsonNode start, JsonNode end, String name) {
    return end.path(name).isNumber() ? end.get(name).asLong() : number(start, name);
  }

  private static @Nullable Tokens gemini(List<JsonNode> documents) {
    Tokens usage = null;
    for (JsonNode document : documents) {
      Tokens one = geminiDocument(document);
      usage = one == null ? usage : one;
    }
    return usage;
  }

  private static @Nullable Tokens geminiDocument(JsonNode document) {
    JsonNode counted = document.path("usageMetadata");
    if (counted.has("promptTokenCount") || counted.has("candidatesTokenCount")) {
      long thoughts = number(counted, "thoughtsTokenCount");
      return new Tokens(
          number(counted, "promptTokenCount") + number(counted, "toolUsePromptTokenCount"),
          number(counted, "candidatesTokenCount") + thoughts,
          number(counted, "cachedContentTokenCount"),
          thoughts,
          0);
    }
    if (document.has("predictions")) {
      long sum = 0;
      for (JsonNode each : document.get("predictions")) {
        sum += number(each.at("/embeddings/statistics"), "token_count");
      }
      return plain(sum, 0);
    }
    return interaction(document.at("/interaction/usage"));
  }

  private static @Nullable Tokens interaction(JsonNode usage) {
    if (!usage.isObject()) {
      return null;
    }
    long thoughts = number(usage, "total_thought_tokens");
    return new Tokens(
        number(usage, "total_input_tokens") + number(usage, "total_tool_use_tokens"),
        number(usage, "total_output_tokens") + thoughts,
        number(usage, "total_cached_tokens"),
        thoughts,
        0);
  }

  private static @Nullable Tokens cohere(List<JsonNode> documents) {
    Tokens usage = null;
    for (JsonNode document : documents) {
      for (String at : List.of("/usage", "/delta/usage", "/meta", "/response/meta")) {
        JsonNode billed = document.at(at).path("billed_units");
        if (billed.has("input_tokens")) {
          long output = number(billed, "output_tokens");
          long reasoning = number(document.at(at).path("tokens"), "reasoning_tokens");
          usage =
              new Tokens(number(billed, "input_tokens"), output, 0, Math.min(output, reasoning), 0);
        }
      }
    }
    return usage;
  }

  /** Bedrock's own count stands over that of the model's events. */
  private static @Nullable Tokens bedrock(List<JsonNode> documents) {
    for (JsonNode document : documents) {
      JsonNode metrics = document.path("amazon-bedrock-invocationMetrics");
      if (metrics.isObject()) {
        return plain(number(metrics, "inputTokenCount"), number(metrics, "outputTokenCount"));
      }
    }
    return documents.stream()
        .map(document -> document.path("usage"))
        .filter(usage -> usage.has("inputTokens") || usage.has("input_tokens"))
        .map(UsageOracle::bedrockUsage)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Tokens bedrockUsage(JsonNode usage) {
    if (usage.has("input_tokens")) {
      return anthropic(List.of(RecordedAnswers.JSON.createObjectNode().set("usage", usage)));
    }
    long read = number(usage, "cacheReadInputTokens") + number(usage, "cacheReadInputTokenCount");
    long written =
        number(usage, "cacheWriteInputTokens") + number(usage, "cacheWriteInputTokenCount");
    return new Tokens(
        number(usage, "inputTokens") + read + written,
        number(usage, "outputTokens"),
        read,
        0,
        written);
  }

  private static Tokens plain(long input, long output) {
    return new Tokens(input, output, 0, 0, 0);
  }

  private static long number(JsonNode node, String name) {
    return node.path(name).asLong(0);
  }
}

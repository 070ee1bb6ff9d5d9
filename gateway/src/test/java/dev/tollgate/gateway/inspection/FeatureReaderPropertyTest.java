package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.FeatureOracle.Json;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Array;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Member;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Obj;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Scalar;
import dev.tollgate.gateway.inspection.Inspection.Inspected;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random bodies of the names that matter, in any nesting, order, number, letter case, encoding and
 * white space, are read as a plain walk of their tree reads them, or refused.
 */
class FeatureReaderPropertyTest {

  private static final String[] NAMES = {
    "tools",
    "functions",
    "function_call",
    "mcp_servers",
    "prompt",
    "response_format",
    "text",
    "format",
    "output_config",
    "generationConfig",
    "responseSchema",
    "response_mime_type",
    "responseMimeType",
    "web_search_options",
    "plugins",
    "id",
    "cache_control",
    "prompt_cache_key",
    "cachedContent",
    "transforms",
    "type",
    "image_url",
    "image",
    "mimeType",
    "media_type",
    "inlineData",
    "file_data",
    "functionResponse",
    "response",
    "input",
    "functionCall",
    "args",
    "metadata",
    "function",
    "functionDeclarations",
    "googleSearch",
    "urlContext",
    "codeExecution",
    "messages",
    "content",
    "parts",
    "name",
    "params",
    "data",
    "user",
    "t\u00f6ols",
    "tools\u200b",
    "\uff54ools"
  };

  private static final String[] TEXTS = {
    "\"image\"",
    "\"input_image\"",
    "\"image_url\"",
    "\"text\"",
    "\"json_object\"",
    "\"function\"",
    "\"file_search\"",
    "\"web_search_preview\"",
    "\"Web_Search\"",
    "\"web\"",
    "\"file-parser\"",
    "\"context-compression\"",
    "\"image/png\"",
    "\"IMAGE/JPEG\"",
    "\"application/pdf\"",
    "\"text/plain\"",
    "\"application/json\"",
    "\"none\"",
    "\"auto\"",
    "\"\"",
    "null",
    "true",
    "false",
    "0",
    "-1.5e3"
  };

  private final Random random = new Random(20261121);
  private final JsonInspector inspector = new JsonInspector();

  @Test
  void readsWhatAPlainWalkReads() {
    int read = 0;
    for (int round = 0; round < 60_000; round++) {
      Obj body = object(0);
      String text = write(body);
      switch (inspector.inspect(Unpooled.copiedBuffer(text, UTF_8))) {
        case Inspected inspected -> {
          read++;
          assertThat(inspected.features()).as(text).isEqualTo(FeatureOracle.features(body));
        }
        case Inspection.Malformed malformed ->
            assertThat(malformed.reason()).as(text).contains("only in case");
      }
    }
    assertThat(read).isGreaterThan(20_000);
  }

  private Obj object(int depth) {
    List<Member> members = new ArrayList<>();
    for (int i = random.nextInt(4) + (depth == 0 ? 1 : 0); i > 0; i--) {
      members.add(new Member(name(), value(depth + 1)));
    }
    return new Obj(members);
  }

  private String name() {
    String name = NAMES[random.nextInt(NAMES.length)];
    return switch (random.nextInt(30)) {
      case 0 -> name.toUpperCase(Locale.ROOT);
      case 1 -> name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      case 2 -> name.replace('s', '\u017f');
      case 3 -> name.replace('k', '\u212a');
      default -> name;
    };
  }

  private Json value(int depth) {
    int kind = depth > 5 ? 0 : random.nextInt(3);
    return switch (kind) {
      case 0 -> new Scalar(TEXTS[random.nextInt(TEXTS.length)]);
      case 1 -> object(depth);
      default ->
          new Array(IntStream.range(0, random.nextInt(3)).mapToObj(i -> value(depth + 1)).toList());
    };
  }

  private String write(Json json) {
    String space = random.nextInt(5) == 0 ? " \r\n\t" : "";
    return space
        + switch (json) {
          case Scalar(String text) ->
              text.startsWith("\"") ? quoted(text.substring(1, text.length() - 1)) : text;
          case Array(List<Json> items) ->
              "[" + String.join(",", items.stream().map(this::write).toList()) + "]";
          case Obj(List<Member> members) ->
              "{"
                  + String.join(
                      ",",
                      members.stream()
                          .map(
                              member -> quoted(member.name()) + space + ":" + write(member.value()))
                          .toList())
                  + "}";
        }
        + space;
  }

  private String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    boolean escaping = random.nextInt(4) == 0;
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (escaping && random.nextBoolean()) {
        quoted.append("\\u%04X".formatted((int) letter));
      } else if (escaping && letter == '/') {
        quoted.append("\\/");
      } else {
        quoted.append(letter);
      }
    }
    return quoted.append('"').toString();
  }
}

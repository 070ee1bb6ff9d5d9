package dev.tollgate.benchmark.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** An OpenAI chat completion, whole and in pieces, as bytes that are made once. */
final class Answers {

  private static final String EVENT_TEXT =
      """
      data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1764000000,\
      "model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_bench",\
      "choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],\
      "usage":null}

      """;
  private static final String USAGE =
      """
      {"prompt_tokens":180,"completion_tokens":120,"total_tokens":300,\
      "prompt_tokens_details":{"cached_tokens":0},\
      "completion_tokens_details":{"reasoning_tokens":0}}\
      """;
  private static final String LAST_EVENTS =
      """
      data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1764000000,\
      "model":"gpt-4o-mini-2024-07-18","choices":[],"usage":%s}

      data: [DONE]

      """
          .formatted(USAGE);

  static final ByteBuf STREAM_HEAD =
      constant(
          head(
              "content-type: text/event-stream; charset=utf-8",
              "cache-control: no-cache",
              "transfer-encoding: chunked"));
  static final ByteBuf EVENT = constant(chunk(EVENT_TEXT));
  static final ByteBuf STREAM_END = constant(chunk(LAST_EVENTS) + "0\r\n\r\n");
  static final ByteBuf WHOLE = constant(whole());

  private Answers() {}

  private static String whole() {
    String body =
        """
        {"id":"chatcmpl-bench","object":"chat.completion","created":1764000000,\
        "model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant",\
        "content":"%s","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],\
        "usage":%s,"service_tier":"default","system_fingerprint":"fp_bench"}\
        """
            .formatted("All work and no play makes Jack a dull boy. ".repeat(14), USAGE);
    return head(
            "content-type: application/json",
            "openai-processing-ms: 1",
            "content-length: " + body.length())
        + body;
  }

  private static String head(String... fields) {
    return "HTTP/1.1 200 OK\r\nx-request-id: req_bench\r\n"
        + String.join("\r\n", fields)
        + "\r\n\r\n";
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(US_ASCII)).asReadOnly());
  }
}

package dev.tollgate.deploy.money;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** How a client asks and a provider answers; both as small as the protocol allows. */
enum Dialect {
  OPENAI {
    @Override
    String path(Call call) {
      return "/v1/chat/completions";
    }

    @Override
    String keyHeader() {
      return "Authorization: Bearer ";
    }

    @Override
    String body(Call call, String prompt) {
      String maximum = call.hasMaximum() ? ",\"max_tokens\":" + call.maxTokens() : "";
      return """
      {"model":"%s","stream":%b%s,"messages":[{"role":"user","content":"%s"}]}\
      """
          .formatted(call.model(), call.streamed(), maximum, prompt);
    }

    @Override
    JsonNode prompt(JsonNode asked) {
      return asked.at("/messages/0/content");
    }

    @Override
    JsonNode maximum(JsonNode asked) {
      return asked.path("max_tokens");
    }

    @Override
    String word(Bill bill) {
      return event(bill, "[{\"index\":0,\"delta\":{\"content\":\"word \"}}]", "");
    }

    @Override
    String end(JsonNode asked, Bill bill) {
      boolean wantsUsage = asked.at("/stream_options/include_usage").asBoolean(false);
      return event(bill, "[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "")
          + (wantsUsage ? event(bill, "[]", ",\"usage\":" + usage(bill)) : "")
          + lastEvent()
          + "\n\n";
    }

    @Override
    String lastEvent() {
      return "data: [DONE]";
    }

    private static String event(Bill bill, String choices, String more) {
      return """
      data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"%s","choices":%s%s}

      """
          .formatted(bill.call().model(), choices, more);
    }

    @Override
    String documentStart(Bill bill) {
      return """
      {"id":"1","object":"chat.completion","created":1,"model":"%s","choices":[{"index":0,\
      "message":{"role":"assistant","content":"\
      """
          .formatted(bill.call().model());
    }

    @Override
    String documentEnd(Bill bill) {
      return """
      "},"finish_reason":"stop"}],"usage":%s}\
      """
          .formatted(usage(bill));
    }

    private static String usage(Bill bill) {
      return """
      {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}\
      """
          .formatted(
              bill.inputTokens(), bill.outputTokens(), bill.inputTokens() + bill.outputTokens());
    }
  },

  /** Tells what it has read at the beginning, and what it has written at the end. */
  ANTHROPIC {
    @Override
    String path(Call call) {
      return "/v1/messages";
    }

    @Override
    String keyHeader() {
      return "x-api-key: ";
    }

    @Override
    String body(Call call, String prompt) {
      return OPENAI.body(call, prompt);
    }

    @Override
    JsonNode prompt(JsonNode asked) {
      return OPENAI.prompt(asked);
    }

    @Override
    JsonNode maximum(JsonNode asked) {
      return OPENAI.maximum(asked);
    }

    @Override
    String start(Bill bill) {
      return event(
              "message_start",
              """
              "message":{"id":"msg_1","type":"message","role":"assistant","model":"%s","content":[],\
              "stop_reason":null,"usage":{"input_tokens":%d,"output_tokens":1}}\
              """
                  .formatted(bill.call().model(), bill.inputTokens()))
          + event(
              "content_block_start",
              "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
    }

    @Override
    String word(Bill bill) {
      return event(
          "content_block_delta",
          "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"word \"}");
    }

    @Override
    String end(JsonNode asked, Bill bill) {
      return event("content_block_stop", "\"index\":0")
          + event(
              "message_delta",
              "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":%d}"
                  .formatted(bill.outputTokens()))
          + lastEvent()
          + "\ndata: {\"type\":\"message_stop\"}\n\n";
    }

    @Override
    String lastEvent() {
      return "event: message_stop";
    }

    private static String event(String type, String members) {
      return "event: %s\ndata: {\"type\":\"%s\",%s}\n\n".formatted(type, type, members);
    }

    @Override
    String documentStart(Bill bill) {
      return """
      {"id":"msg_1","type":"message","role":"assistant","model":"%s","stop_reason":"end_turn",\
      "content":[{"type":"text","text":"\
      """
          .formatted(bill.call().model());
    }

    @Override
    String documentEnd(Bill bill) {
      return """
      "}],"usage":{"input_tokens":%d,"output_tokens":%d}}\
      """
          .formatted(bill.inputTokens(), bill.outputTokens());
    }
  },

  /** Tells with each piece what it has come to. */
  GEMINI {
    @Override
    String path(Call call) {
      String method = call.streamed() ? ":streamGenerateContent?alt=sse" : ":generateContent";
      return "/v1beta/models/" + call.model() + method;
    }

    @Override
    String keyHeader() {
      return "x-goog-api-key: ";
    }

    @Override
    String body(Call call, String prompt) {
      String maximum =
          call.hasMaximum()
              ? ",\"generationConfig\":{\"maxOutputTokens\":%d}".formatted(call.maxTokens())
              : "";
      return """
      {"contents":[{"role":"user","parts":[{"text":"%s"}]}]%s}\
      """
          .formatted(prompt, maximum);
    }

    @Override
    JsonNode prompt(JsonNode asked) {
      return asked.at("/contents/0/parts/0/text");
    }

    @Override
    JsonNode maximum(JsonNode asked) {
      return asked.at("/generationConfig/maxOutputTokens");
    }

    @Override
    String word(Bill bill) {
      return "data: " + documentStart(bill) + "word " + tail(bill, "") + "\n\n";
    }

    @Override
    String end(JsonNode asked, Bill bill) {
      return "data: " + documentStart(bill) + documentEnd(bill) + "\n\n";
    }

    @Override
    String lastEvent() {
      return "\"finishReason\":\"STOP\"";
    }

    @Override
    String documentStart(Bill bill) {
      return "{\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"";
    }

    @Override
    String documentEnd(Bill bill) {
      return tail(bill, "," + lastEvent());
    }

    private static String tail(Bill bill, String finish) {
      return """
      "}]}%s}],"modelVersion":"%s","usageMetadata":{"promptTokenCount":%d,"candidatesTokenCount":%d,\
      "totalTokenCount":%d}}\
      """
          .formatted(
              finish,
              bill.call().model(),
              bill.inputTokens(),
              bill.outputTokens(),
              bill.inputTokens() + bill.outputTokens());
    }
  };

  /** Of a call, with its query. */
  abstract String path(Call call);

  /** What stands before the key. */
  abstract String keyHeader();

  abstract String body(Call call, String prompt);

  abstract JsonNode prompt(JsonNode asked);

  /** Missing where there is none. */
  abstract JsonNode maximum(JsonNode asked);

  /** Of a stream, before its first word. */
  String start(Bill bill) {
    return "";
  }

  /** Of a stream, for one further word that is on the bill already. */
  abstract String word(Bill bill);

  /** Of a stream, after its last word. */
  abstract String end(JsonNode asked, Bill bill);

  /** By which a client sees that a stream is whole. */
  abstract String lastEvent();

  /** Of an answer that is not streamed, before its words. */
  abstract String documentStart(Bill bill);

  /** Of an answer that is not streamed, after its words. */
  abstract String documentEnd(Bill bill);

  /** The provider's name. */
  String provider() {
    return name().toLowerCase(Locale.ROOT);
  }
}

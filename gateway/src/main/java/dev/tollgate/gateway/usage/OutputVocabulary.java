package dev.tollgate.gateway.usage;

import static dev.tollgate.gateway.usage.UsageField.OUTPUT_CALL;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_JSON;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_TEXT;

/**
 * Where the answers of a protocol carry what the model wrote, as paths from the root of each JSON
 * document. Events that repeat at their end what has passed in parts are left out.
 */
final class OutputVocabulary {

  private OutputVocabulary() {}

  static void openAi(UsagePath root) {
    chatMessage(root.at("choices[].delta"));
    chatMessage(root.at("choices[].message"));
    texts(root, "choices[].text", "delta");
    root.at("item.name").means(OUTPUT_CALL);
    UsagePath output = root.at("output[]");
    output.at("name").means(OUTPUT_CALL);
    jsons(output, "arguments", "input");
    texts(output, "content[].text", "content[].refusal", "summary[].text");
  }

  private static void chatMessage(UsagePath message) {
    texts(message, "content[]", "content[].text", "content[].thinking[].text");
    texts(message, "reasoning_content", "reasoning", "refusal", "audio.transcript");
    call(message.at("tool_calls[].function"));
    call(message.at("function_call"));
  }

  private static void call(UsagePath function) {
    function.at("name").means(OUTPUT_CALL);
    function.at("arguments").means(OUTPUT_JSON);
  }

  static void anthropic(UsagePath root) {
    texts(root, "delta.text", "delta.thinking", "delta.partial_json", "completion");
    block(root.at("content_block"));
    block(root.at("content[]"));
  }

  private static void block(UsagePath block) {
    texts(block, "text", "thinking");
    jsons(block, "input");
    block.at("name").means(OUTPUT_CALL);
  }

  static void gemini(UsagePath root) {
    UsagePath part = root.at("candidates[].content.parts[]");
    texts(part, "text", "executableCode.code");
    jsons(part, "functionCall.args");
    part.at("functionCall.name").means(OUTPUT_CALL);
    texts(root, "delta.text", "delta.content.text", "outputs[].text", "steps[].content[].text");
    jsons(root, "delta.arguments", "steps[].arguments");
    root.at("step.name").means(OUTPUT_CALL);
    root.at("steps[].name").means(OUTPUT_CALL);
  }

  /** Converse, and the models' own answers. */
  static void bedrock(UsagePath root) {
    texts(root, "delta.text", "delta.toolUse.input", "delta.reasoningContent.text");
    root.at("start.toolUse.name").means(OUTPUT_CALL);
    converse(root.at("output.message.content[]"));
    texts(root, "generation", "outputText", "results[].outputText");
    texts(root, "contentBlockDelta.delta.text", "contentBlockDelta.delta.toolUse.input");
    root.at("contentBlockStart.start.toolUse.name").means(OUTPUT_CALL);
  }

  private static void converse(UsagePath content) {
    texts(content, "text", "reasoningContent.reasoningText.text");
    jsons(content, "toolUse.input");
    content.at("toolUse.name").means(OUTPUT_CALL);
  }

  static void cohere(UsagePath root) {
    UsagePath delta = root.at("delta.message");
    texts(delta, "content.text", "content.thinking", "tool_plan");
    call(delta.at("tool_calls[].function"));
    UsagePath message = root.at("message");
    texts(message, "content[].text", "content[].thinking", "tool_plan");
    call(message.at("tool_calls[].function"));
    texts(root, "text", "generations[].text");
  }

  static void ollama(UsagePath root) {
    texts(root, "message.content[]", "message.thinking", "response");
  }

  private static void jsons(UsagePath place, String... names) {
    for (String name : names) {
      place.at(name).means(OUTPUT_JSON);
    }
  }

  private static void texts(UsagePath place, String... names) {
    for (String name : names) {
      place.at(name).means(OUTPUT_TEXT);
    }
  }
}

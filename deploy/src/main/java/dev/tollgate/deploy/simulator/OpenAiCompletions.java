package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /v1/completions}, the old one. */
final class OpenAiCompletions {

  private OpenAiCompletions() {}

  static Answer answer(Prompt prompt, String id) {
    List<String> words = SampleText.words(prompt.words("/max_tokens"));
    Tokens tokens = prompt.model().tokens(prompt.inputTokens(), words.size());
    Answer answer =
        prompt.streamed() ? streamed(prompt, id, words, tokens) : whole(prompt, id, words, tokens);
    return answer.counting(tokens.input());
  }

  private static Answer whole(Prompt prompt, String id, List<String> words, Tokens tokens) {
    Map<String, @Nullable Object> document = envelope(prompt, id, String.join("", words), "stop");
    document.put("usage", OpenAi.usage(tokens));
    Answer answer = Answer.json(200, document);
    return answer.withFrames(List.of(new Frame(answer.body(), tokens.output())));
  }

  private static Answer streamed(Prompt prompt, String id, List<String> words, Tokens tokens) {
    List<Frame> chunks = new ArrayList<>();
    words.forEach(word -> chunks.add(Frame.of(Json.event(envelope(prompt, id, word, null)), 1)));
    chunks.add(Frame.of(Json.event(envelope(prompt, id, "", "stop"))));
    if (prompt.document().at("/stream_options/include_usage").asBoolean(false)) {
      Map<String, @Nullable Object> last = envelope(prompt, id, "", null);
      last.put("choices", List.of());
      last.put("usage", OpenAi.usage(tokens));
      chunks.add(Frame.of(Json.event(last)));
    }
    chunks.add(Frame.of("data: [DONE]\n\n"));
    return Answer.events(chunks);
  }

  private static Map<String, @Nullable Object> envelope(
      Prompt prompt, String id, String text, @Nullable String finish) {
    Map<String, @Nullable Object> choice =
        Json.object("text", text, "index", 0, "logprobs", null, "finish_reason", finish);
    return Json.object(
        "id",
        id,
        "object",
        "text_completion",
        "created",
        OpenAi.CREATED,
        "model",
        prompt.model().name(),
        "choices",
        List.of(choice));
  }
}

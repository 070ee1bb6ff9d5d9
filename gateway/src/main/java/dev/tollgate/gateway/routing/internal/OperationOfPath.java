package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.pipeline.Operation;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operation that the path of a pass-through request stands for at a provider of one of the
 * three protocols, wherever its base URL leaves the prefix, and however it is spelled.
 */
final class OperationOfPath {

  private static final String PREDICT = "predict";

  private static final Map<String, Operation> ACTIONS =
      Map.ofEntries(
          Map.entry("generatecontent", Operation.CHAT_COMPLETION),
          Map.entry("streamgeneratecontent", Operation.CHAT_COMPLETION),
          Map.entry("counttokens", Operation.CHAT_COMPLETION),
          Map.entry("rawpredict", Operation.CHAT_COMPLETION),
          Map.entry("streamrawpredict", Operation.CHAT_COMPLETION),
          Map.entry("embedcontent", Operation.EMBEDDINGS),
          Map.entry("batchembedcontents", Operation.EMBEDDINGS),
          Map.entry(PREDICT, Operation.IMAGES),
          Map.entry("predictlongrunning", Operation.IMAGES),
          Map.entry("batchgeneratecontent", Operation.BATCHES),
          Map.entry("asyncbatchembedcontent", Operation.BATCHES));

  private static final Map<String, Operation> SEGMENTS =
      Map.ofEntries(
          Map.entry("chat", Operation.CHAT_COMPLETION),
          Map.entry("responses", Operation.CHAT_COMPLETION),
          Map.entry("messages", Operation.CHAT_COMPLETION),
          Map.entry("converse", Operation.CHAT_COMPLETION),
          Map.entry("converse-stream", Operation.CHAT_COMPLETION),
          Map.entry("conversations", Operation.CHAT_COMPLETION),
          Map.entry("interactions", Operation.CHAT_COMPLETION),
          Map.entry("assistants", Operation.CHAT_COMPLETION),
          Map.entry("threads", Operation.CHAT_COMPLETION),
          Map.entry("completions", Operation.COMPLETIONS),
          Map.entry("embeddings", Operation.EMBEDDINGS),
          Map.entry("images", Operation.IMAGES),
          Map.entry("generate", Operation.COMPLETIONS),
          Map.entry("embed", Operation.EMBEDDINGS),
          Map.entry("stable-image", Operation.IMAGES),
          Map.entry("text-to-image", Operation.IMAGES),
          Map.entry("image-to-image", Operation.IMAGES),
          Map.entry("text-to-speech", Operation.AUDIO),
          Map.entry("speech-to-text", Operation.AUDIO),
          Map.entry("speech-to-speech", Operation.AUDIO),
          Map.entry("sound-generation", Operation.AUDIO),
          Map.entry("audio", Operation.AUDIO),
          Map.entry("moderations", Operation.MODERATIONS),
          Map.entry("files", Operation.FILES),
          Map.entry("uploads", Operation.FILES),
          Map.entry("realtime", Operation.REALTIME));

  private OperationOfPath() {}

  /** Whether the path, as it begins with a service's name, is that of kept prompts (Gemini's). */
  static boolean keepsPrompts(String rawPath) {
    return List.of(segments(rawPath)).contains("cachedcontents");
  }

  /** Whether a model is asked as Vertex asks those for pictures and those for embeddings alike. */
  static boolean predicts(String rawPath) {
    String[] segments = segments(rawPath);
    return segments[segments.length - 1].endsWith(":" + PREDICT);
  }

  /** The segments of a path, decoded, in lower case, without those that mean nothing. */
  static List<String> filledSegments(String rawPath) {
    return Stream.of(segments(rawPath))
        .filter(segment -> !segment.isEmpty() && !segment.equals("."))
        .toList();
  }

  private static String[] segments(String rawPath) {
    return URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8)
        .toLowerCase(Locale.ROOT)
        .split("/", -1);
  }

  /** Of a path that begins with a service's name; null where it stands for none of them. */
  static @Nullable Operation belowService(String rawPath) {
    String[] segments = segments(rawPath);
    Operation found = null;
    // The first is empty, the second the service.
    for (int i = 2; i < segments.length; i++) {
      if (segments[i].equals("batches")) {
        return Operation.BATCHES;
      }
      if (found == null) {
        found = of(segments[i]);
      }
    }
    return found;
  }

  private static @Nullable Operation of(String segment) {
    int colon = segment.lastIndexOf(':');
    Operation action = colon < 0 ? null : ACTIONS.get(segment.substring(colon + 1));
    return action != null ? action : SEGMENTS.get(segment);
  }
}

package dev.tollgate.gateway.inspection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The model that a path names: {@code …/models/{model}:{action}} (Gemini, Vertex), {@code
 * /openai/deployments/{model}/…} (Azure), {@code /model/{model}/…} (Bedrock).
 *
 * @param model the name, decoded
 * @param stream whether the path itself asks for a stream
 */
record PathModel(String model, boolean stream) {

  private static final String[] COLLECTIONS = {"/models/", "/deployments/", "/model/"};
  private static final String STREAMING = "stream";

  /** The model in {@code rawPath}, or null if it names none. */
  static @Nullable PathModel in(String rawPath) {
    for (String collection : COLLECTIONS) {
      int at = rawPath.indexOf(collection);
      if (at >= 0) {
        return read(rawPath.substring(at + collection.length()));
      }
    }
    return null;
  }

  private static @Nullable PathModel read(String rest) {
    int slash = rest.indexOf('/');
    String segment = slash < 0 ? rest : rest.substring(0, slash);
    String after = slash < 0 ? "" : rest.substring(slash + 1);
    int colon = segment.lastIndexOf(':');
    boolean action = colon >= 0 && slash < 0;
    String name = action ? segment.substring(0, colon) : segment;
    String verb = action ? segment.substring(colon + 1) : after;
    return name.isEmpty()
        ? null
        : new PathModel(decode(name), verb.contains(STREAMING) || verb.contains("Stream"));
  }

  private static String decode(String segment) {
    // A plus stands for itself in a path.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

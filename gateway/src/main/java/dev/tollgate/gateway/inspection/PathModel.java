package dev.tollgate.gateway.inspection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * The model that a path names: {@code …/models/{model}:{action}} (Gemini, Vertex), {@code
 * /openai/deployments/{model}/…} (Azure), {@code /model/{model}/…} (Bedrock).
 *
 * @param model the name, decoded
 * @param stream whether the path itself asks for a stream
 */
public record PathModel(String model, boolean stream) {

  private static final String[] COLLECTIONS = {
    "/models/", "/tunedModels/", "/deployments/", "/model/"
  };
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

  /** The path with {@code model} in the place of the one that it names. */
  public static String renamed(String rawPath, String model) {
    for (String collection : COLLECTIONS) {
      int at = rawPath.indexOf(collection);
      if (at >= 0) {
        int from = at + collection.length();
        return rawPath.substring(0, from)
            + UriUtils.encodePathSegment(model, StandardCharsets.UTF_8)
            + rawPath.substring(from + nameLength(rawPath.substring(from)));
      }
    }
    return rawPath;
  }

  private static int nameLength(String rest) {
    int slash = rest.indexOf('/');
    int colon = rest.lastIndexOf(':');
    if (slash >= 0) {
      return slash;
    }
    return colon >= 0 ? colon : rest.length();
  }

  private static @Nullable PathModel read(String rest) {
    int slash = rest.indexOf('/');
    String segment = slash < 0 ? rest : rest.substring(0, slash);
    String after = slash < 0 ? "" : rest.substring(slash + 1);
    String name = rest.substring(0, nameLength(rest));
    String verb = slash < 0 ? segment.substring(name.length()) : after;
    return name.isEmpty()
        ? null
        : new PathModel(decode(name), verb.contains(STREAMING) || verb.contains("Stream"));
  }

  private static String decode(String segment) {
    // A plus stands for itself in a path.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

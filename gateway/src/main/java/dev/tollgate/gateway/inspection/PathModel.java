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

  private static final String STREAMING = "stream";

  /** The path segments behind which a model stands, and whether an action follows its name. */
  private enum Collection {
    MODELS("/models/", true),
    TUNED_MODELS("/tunedModels/", true),
    DEPLOYMENTS("/deployments/", false),
    /** Bedrock's names have colons of their own. */
    BEDROCK("/model/", false);

    private final String prefix;
    private final boolean action;

    Collection(String prefix, boolean action) {
      this.prefix = prefix;
      this.action = action;
    }
  }

  /** Where a model's name stands in a raw path. */
  private record Place(int from, int to) {

    static @Nullable Place in(String rawPath) {
      for (Collection collection : Collection.values()) {
        int at = rawPath.indexOf(collection.prefix);
        if (at >= 0) {
          return behind(rawPath, at + collection.prefix.length(), collection.action);
        }
      }
      return null;
    }

    /** The action is cut off whatever follows it: a trailing slash must not make it a name. */
    private static Place behind(String rawPath, int from, boolean action) {
      int slash = rawPath.indexOf('/', from);
      int end = slash < 0 ? rawPath.length() : slash;
      int colon = action ? rawPath.lastIndexOf(':', end - 1) : -1;
      return new Place(from, colon >= from ? colon : end);
    }
  }

  /** The model in {@code rawPath}, or null if it names none. */
  static @Nullable PathModel in(String rawPath) {
    Place place = Place.in(rawPath);
    if (place == null || place.from() == place.to()) {
      return null;
    }
    String verb = rawPath.substring(place.to());
    return new PathModel(
        decode(rawPath.substring(place.from(), place.to())),
        verb.contains(STREAMING) || verb.contains("Stream"));
  }

  /** The path with {@code model} in the place of the one that it names. */
  public static String renamed(String rawPath, String model) {
    Place place = Place.in(rawPath);
    return place == null
        ? rawPath
        : rawPath.substring(0, place.from())
            + UriUtils.encodePathSegment(model, StandardCharsets.UTF_8)
            + rawPath.substring(place.to());
  }

  private static String decode(String segment) {
    // A plus stands for itself in a path.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

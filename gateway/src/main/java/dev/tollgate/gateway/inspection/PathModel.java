package dev.tollgate.gateway.inspection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
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
    TUNED_MODELS("/tunedmodels/", true),
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

    /**
     * Looks behind the first segment, which is a version or a service's name, and in any case, as
     * Azure does. Where two stand only the provider knows which one it takes.
     */
    static @Nullable Place in(String rawPath) {
      String path = rawPath.toLowerCase(Locale.ROOT);
      Place only = null;
      int first = path.indexOf('/', 1);
      for (Collection collection : Collection.values()) {
        for (int at = next(collection, path, first); at >= 0; at = next(collection, path, at + 1)) {
          if (only != null) {
            throw new MalformedBodyException("The path names two models.", "model");
          }
          only = behind(rawPath, at + collection.prefix.length(), collection.action);
        }
      }
      return only;
    }

    private static int next(Collection collection, String path, int from) {
      return from < 0 ? -1 : path.indexOf(collection.prefix, from);
    }

    /** The action is cut off whatever follows it: a trailing slash must not make it a name. */
    private static Place behind(String rawPath, int from, boolean action) {
      int slash = rawPath.indexOf('/', from);
      int end = slash < 0 ? rawPath.length() : slash;
      int colon = action ? rawPath.lastIndexOf(':', end - 1) : -1;
      return new Place(from, colon >= from ? colon : end);
    }
  }

  /**
   * The model in {@code rawPath}, or null if it names none.
   *
   * @param rawPath has no letter or digit encoded; the edge refuses that
   * @throws MalformedBodyException if it names two
   */
  static @Nullable PathModel in(String rawPath) {
    Place place = Place.in(rawPath);
    if (place == null || place.from() == place.to()) {
      return null;
    }
    String verb = rawPath.substring(place.to()).toLowerCase(Locale.ROOT);
    return new PathModel(
        decode(rawPath.substring(place.from(), place.to())), verb.contains(STREAMING));
  }

  /**
   * The model of {@code …/models/{owner}/{name}/…}, as Replicate and Hugging Face name it in two
   * segments: {@code owner/name}, decoded. Null where nothing follows the first.
   *
   * @throws MalformedBodyException if the path names two
   */
  public static @Nullable String withOwner(String rawPath) {
    Place place = Place.in(rawPath);
    if (place == null
        || !rawPath.regionMatches(
            true,
            place.from() - Collection.MODELS.prefix.length(),
            Collection.MODELS.prefix,
            0,
            Collection.MODELS.prefix.length())
        || !rawPath.startsWith("/", place.to())
        || place.to() + 1 == rawPath.length()) {
      return null;
    }
    int end = rawPath.indexOf('/', place.to() + 1);
    return decode(rawPath.substring(place.from(), end < 0 ? rawPath.length() : end));
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

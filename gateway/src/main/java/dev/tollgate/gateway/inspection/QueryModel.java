package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriUtils;

/** The model that a query names, as {@code /v1/realtime?model=…} does. */
public final class QueryModel {

  private static final String NAME = "model";

  private QueryModel() {}

  /**
   * The model in {@code rawQuery}; null if it names none.
   *
   * @throws dev.tollgate.gateway.error.RejectionException if it names two, since the provider may
   *     take the other one, or if the name might be read as another one
   */
  static @Nullable String in(@Nullable String rawQuery) {
    String model = null;
    for (String parameter : parameters(rawQuery)) {
      if (isModel(parameter)) {
        if (model != null) {
          throw Rejection.of(ErrorCode.INVALID_REQUEST, "The query names the model twice.", NAME)
              .asException();
        }
        model = decoded(parameter.substring(parameter.indexOf('=') + 1));
      }
    }
    return model == null || model.isEmpty() ? null : checked(model);
  }

  /** A name in a query is held to the same rules as one in a body. */
  private static String checked(String model) {
    try {
      return ModelText.checked(model);
    } catch (MalformedBodyException e) {
      throw new Rejection(
              ErrorCode.INVALID_REQUEST, e.malformed().reason(), e.malformed().param(), null)
          .asException();
    }
  }

  /** The query with {@code model} in the place of the one that it names. */
  public static String renamed(String rawQuery, String model) {
    String[] parameters = parameters(rawQuery);
    for (int i = 0; i < parameters.length; i++) {
      if (isModel(parameters[i])) {
        parameters[i] = NAME + "=" + UriUtils.encode(model, StandardCharsets.UTF_8);
      }
    }
    return String.join("&", parameters);
  }

  private static String[] parameters(@Nullable String rawQuery) {
    return rawQuery == null ? new String[0] : StringUtils.delimitedListToStringArray(rawQuery, "&");
  }

  private static boolean isModel(String parameter) {
    int equals = parameter.indexOf('=');
    return equals >= 0 && decoded(parameter.substring(0, equals)).equals(NAME);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Rejection.of(ErrorCode.INVALID_REQUEST, "The query is not well-formed.").asException();
    }
  }
}

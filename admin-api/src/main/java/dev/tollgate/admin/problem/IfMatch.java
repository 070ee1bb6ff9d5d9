package dev.tollgate.admin.problem;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * The {@code If-Match} header: a change is made to the version that the caller has seen, or not.
 */
public final class IfMatch {

  private IfMatch() {}

  /**
   * Refuses a change to another version than the header names. No header, or {@code *}: any
   * version.
   *
   * @param header such as {@code "3"}, with or without quotes; of several, one must fit
   * @throws ProblemException 412 {@code version_mismatch}
   */
  public static void check(@Nullable String header, int version) {
    if (header != null
        && Arrays.stream(header.split(",", -1)).noneMatch(tag -> fits(tag, version))) {
      throw ProblemException.of(
          HttpStatus.PRECONDITION_FAILED,
          "version_mismatch",
          "The resource has another version by now: " + version + ".");
    }
  }

  private static boolean fits(String tag, int version) {
    String named = tag.strip().replace("\"", "");
    return named.equals("*") || named.equals(Integer.toString(version));
  }

  /** 200 with the resource and its entity tag. */
  public static <T> ResponseEntity<T> tagged(T resource, int version) {
    return ResponseEntity.ok().eTag(tag(version)).body(resource);
  }

  /** The entity tag of a version. */
  public static String tag(int version) {
    return "\"" + version + "\"";
  }
}

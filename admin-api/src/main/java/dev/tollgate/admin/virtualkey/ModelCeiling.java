package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether the models that a key allows are within those of a ceiling. A key without a list of its
 * own is: the gateway holds it to the ceiling.
 */
final class ModelCeiling {
  private static final String ALLOWED = "/permissions/models/allowed";
  private static final String DENIED = "/permissions/models/denied";

  private ModelCeiling() {}

  /** The patterns of the key that let through what the ceiling does not. */
  static List<FieldError> exceeded(ObjectNode key, ObjectNode ceiling) {
    List<FieldError> errors = new ArrayList<>();
    List<String> wanted = texts(key.at(ALLOWED));
    for (int i = 0; i < wanted.size(); i++) {
      if (!isWithin(wanted.get(i), ceiling)) {
        errors.add(
            new FieldError(
                ALLOWED + "/" + i, "exceeds_ceiling", "allows more than the policy above the key"));
      }
    }
    return errors;
  }

  private static boolean isWithin(String pattern, ObjectNode ceiling) {
    JsonNode allowed = ceiling.at(ALLOWED);
    boolean covered =
        allowed.isMissingNode() || texts(allowed).stream().anyMatch(wide -> covers(wide, pattern));
    return covered && texts(ceiling.at(DENIED)).stream().noneMatch(wide -> covers(wide, pattern));
  }

  /**
   * Whether everything that {@code narrow} matches is matched by {@code wide}. In both, {@code *}
   * is any characters; in {@code narrow} it is taken as a character that only a star matches.
   */
  static boolean covers(String wide, String narrow) {
    int w = 0;
    int n = 0;
    int star = -1;
    int retry = 0;
    while (n < narrow.length()) {
      if (w < wide.length() && wide.charAt(w) == '*') {
        star = w++;
        retry = n;
      } else if (w < wide.length()
          && narrow.charAt(n) != '*'
          && wide.charAt(w) == narrow.charAt(n)) {
        w++;
        n++;
      } else if (star >= 0) {
        w = star + 1;
        n = ++retry;
      } else {
        return false;
      }
    }
    return wide.substring(w).chars().allMatch(c -> c == '*');
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }
}

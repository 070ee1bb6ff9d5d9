package dev.tollgate.admin.virtualkey.policy;

import dev.tollgate.admin.document.At;
import dev.tollgate.admin.document.DocumentCheck;
import dev.tollgate.admin.document.ErrorCodes;
import dev.tollgate.admin.document.Field;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What no single limit shows. */
final class LimitChecks {
  private static final int MAX_MODELS = 100;
  private static final String REQUESTS = "/rate_limits/requests";
  private static final String CONCURRENCY = "/rate_limits/concurrency";
  private static final String OF_MODELS = "/permissions/models/limits";

  /** As a request may name a model, and without the wildcard of the lists. */
  private static final Pattern MODEL = Pattern.compile("[!-~&&[^*?\\[\\]{}\\\\\"]]+");

  private LimitChecks() {}

  /**
   * Those of a policy that stands below {@code root} of its document; the empty text for the
   * document itself.
   */
  static List<DocumentCheck> below(String root) {
    return List.of(
        stands(root + REQUESTS, "burst_size", "per_second"),
        stands(root + CONCURRENCY, "max_queued_requests", "max_parallel_requests"),
        stands(root + CONCURRENCY, "max_queue_wait", "max_parallel_requests"),
        modelsAreNames(root + OF_MODELS));
  }

  static List<DocumentCheck> ofKeys() {
    return Stream.concat(
            below("").stream(), Stream.of(modelsAreNames("/permissions/overrides/models/limits")))
        .toList();
  }

  /**
   * A bucket that nothing refills would let so many requests through and then none; where all may
   * be on their way nobody waits.
   */
  private static DocumentCheck stands(String path, String name, String beside) {
    return (document, root) -> {
      JsonNode block = document.at(path);
      if (block.has(name) && !block.has(beside)) {
        at(root, path).member(name).note(ErrorCodes.INVALID_VALUE, "must stand beside " + beside);
      }
    };
  }

  /** Limits are counted by the very name that a request asks for: a pattern would never match. */
  private static DocumentCheck modelsAreNames(String path) {
    return (document, root) -> {
      if (document.at(path) instanceof ObjectNode limits) {
        At here = at(root, path);
        if (limits.size() > MAX_MODELS) {
          here.note(ErrorCodes.INVALID_VALUE, "must have at most " + MAX_MODELS + " members");
        }
        limits.propertyNames().stream()
            .filter(name -> !MODEL.matcher(name).matches())
            .forEach(name ->
                here.member(name)
                    .note(
                        ErrorCodes.INVALID_VALUE,
                        "must be the name of one model: printable ASCII without wildcards"));
      }
    };
  }

  private static At at(At root, String path) {
    At at = root;
    for (String segment : Field.segments(path)) {
      at = at.member(segment);
    }
    return at;
  }
}

package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.Operation;

/** What a form has to say about its model. */
enum FormModel {
  REQUIRED,
  OPTIONAL,
  /** A file is only kept; a model beside it would have no meaning. */
  ABSENT,
  /** The operation takes no form at all. */
  NO_FORM;

  /** The rule for an operation; below a service's name, where the route knows none, by the path. */
  static FormModel of(Operation operation, String rawPath) {
    return switch (operation) {
      case AUDIO -> REQUIRED;
      case IMAGES -> OPTIONAL;
      case FILES -> ABSENT;
      case PASSTHROUGH -> ofPath(rawPath);
      case CHAT_COMPLETION, COMPLETIONS, EMBEDDINGS, MODERATIONS, BATCHES, REALTIME, MODELS ->
          NO_FORM;
    };
  }

  private static FormModel ofPath(String rawPath) {
    int end = rawPath.indexOf('/', 1);
    String rest = end < 0 ? "" : rawPath.substring(end);
    if (rest.contains("/audio/")) {
      return REQUIRED;
    }
    if (rest.contains("/images/")) {
      return OPTIONAL;
    }
    return rest.equals("/v1/files") || rest.startsWith("/v1/files/") ? ABSENT : NO_FORM;
  }
}

package dev.tollgate.deploy.e2e;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request under one document, and what becomes of it.
 *
 * @param document what it says, by the paths of its fields; values are JSON with single quotes
 * @param repeated whether only the second of two such requests is judged
 * @param refusal null: the request reaches the provider
 */
record PolicyTrial(
    String name,
    Map<String, String> document,
    PolicyCall call,
    boolean repeated,
    @Nullable Refusal refusal) {

  record Refusal(int status, String code) {}

  /** The document says this of the field that the trial is of; see {@link PolicyCase}. */
  static final String FIELD = "";

  static PolicyTrial allows(String name, String value, PolicyCall call) {
    return new PolicyTrial(name, Map.of(FIELD, value), call, false, null);
  }

  static PolicyTrial refuses(String name, String value, PolicyCall call, int status, String code) {
    return new PolicyTrial(name, Map.of(FIELD, value), call, false, new Refusal(status, code));
  }

  static PolicyTrial forbids(String name, String value, PolicyCall call, String code) {
    return refuses(name, value, call, 403, code);
  }

  /** The same under a document that says more. */
  PolicyTrial beside(String path, String value) {
    Map<String, String> more = new LinkedHashMap<>(document);
    more.put(path, value);
    return new PolicyTrial(name, more, call, repeated, refusal);
  }

  PolicyTrial twice() {
    return new PolicyTrial(name, document, call, true, refusal);
  }

  PolicyTrial of(String field) {
    Map<String, String> named = new LinkedHashMap<>();
    document.forEach((path, value) -> named.put(path.equals(FIELD) ? field : path, value));
    return new PolicyTrial(name, named, call, repeated, refusal);
  }
}

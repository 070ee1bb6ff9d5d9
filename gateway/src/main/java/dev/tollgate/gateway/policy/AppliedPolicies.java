package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.StateKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every document that stands over a request: of organization, project, team and key. A request must
 * pass all of them; the first that refuses it says how.
 */
public record AppliedPolicies(List<CompiledPolicy> documents) {

  /** Set by the project selection stage. */
  public static final StateKey<AppliedPolicies> KEY = StateKey.named("policies");

  /** For asking what would be if nothing were restricted. */
  public static final AppliedPolicies NONE = new AppliedPolicies(List.of());

  /** Those of the project's side above those of the caller's own. */
  public static AppliedPolicies of(List<CompiledPolicy> above, List<CompiledPolicy> own) {
    if (above.isEmpty() || own.isEmpty()) {
      return new AppliedPolicies(above.isEmpty() ? own : above);
    }
    List<CompiledPolicy> all = new ArrayList<>(above.size() + own.size());
    all.addAll(above);
    all.addAll(own);
    return new AppliedPolicies(Collections.unmodifiableList(all));
  }

  /** What all documents together ask of signatures. */
  public SignatureRules signature() {
    SignatureRules all = SignatureRules.NONE;
    for (CompiledPolicy document : documents) {
      all = all.and(document.signature());
    }
    return all;
  }

  /** Of each document that limits anything, from the widest level to the narrowest. */
  public List<LimitRules> limits() {
    List<LimitRules> limits = null;
    for (CompiledPolicy document : documents) {
      if (!document.limits().isSilent()) {
        limits = limits == null ? new ArrayList<>(documents.size()) : limits;
        limits.add(document.limits());
      }
    }
    return limits == null ? List.of() : limits;
  }

  /** What any of the documents wants written down. */
  public AuditRules audit() {
    AuditRules all = AuditRules.NONE;
    for (CompiledPolicy document : documents) {
      all = all.and(document.audit());
    }
    return all;
  }

  /**
   * Whether the caller goes before others where requests wait.
   *
   * @param byKey whether it came with a key; else with a token, whose document is its project's
   */
  public boolean priority(boolean byKey) {
    return Advantages.holds(documents, ownOf(byKey), Advantages::priority);
  }

  /** Whether an answer without anything generated, and a provider's failure, cost nothing. */
  public boolean insurance(boolean byKey) {
    return Advantages.holds(documents, ownOf(byKey), Advantages::insurance);
  }

  private static Subject.Kind ownOf(boolean byKey) {
    return byKey ? Subject.Kind.KEY : Subject.Kind.PROJECT;
  }

  /** The first refusal that {@code check} finds in any document; null if there is none. */
  public @Nullable Rejection refusal(Function<CompiledPolicy, @Nullable Rejection> check) {
    for (CompiledPolicy document : documents) {
      Rejection refusal = check.apply(document);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }
}

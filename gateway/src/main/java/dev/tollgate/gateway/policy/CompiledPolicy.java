package dev.tollgate.gateway.policy;

import java.util.Set;

/**
 * What one policy document demands, one part per block of it. Each part compiles its block by
 * itself and knows how to refuse.
 */
public record CompiledPolicy(
    ModelRules models,
    FeatureRules features,
    OperationRules operations,
    ProviderRules routing,
    DataAccess dataAccess,
    NetworkRules network,
    DomainRules domains,
    SignatureRules signature,
    AuditRules audit,
    LimitRules limits,
    Advantages advantages) {

  /** What no document demands. */
  public static final CompiledPolicy UNRESTRICTED = of(Subject.NOBODY, PolicyNode.silent());

  /** What the scope of a project token demands, names of features; an empty one nothing. */
  public static CompiledPolicy ofScope(Set<String> scope) {
    return new CompiledPolicy(
        UNRESTRICTED.models,
        FeatureRules.ofScope(scope),
        UNRESTRICTED.operations,
        UNRESTRICTED.routing,
        UNRESTRICTED.dataAccess,
        UNRESTRICTED.network,
        UNRESTRICTED.domains,
        UNRESTRICTED.signature,
        UNRESTRICTED.audit,
        UNRESTRICTED.limits,
        UNRESTRICTED.advantages);
  }

  static CompiledPolicy of(Subject subject, PolicyNode document) {
    PolicyNode permissions = document.object("permissions");
    PolicyNode security = document.object("security");
    PolicyNode models = permissions.object("models");
    return new CompiledPolicy(
        ModelRules.of(models),
        FeatureRules.of(permissions),
        OperationRules.of(permissions),
        ProviderRules.of(permissions.object("routing")),
        DataAccess.of(permissions.object("data_access")),
        NetworkRules.of(security.object("network_restrictions")),
        DomainRules.of(security.object("domain_restrictions")),
        SignatureRules.of(security.object("authentication")),
        AuditRules.of(security.object("audit")),
        LimitRules.of(subject, document.object("rate_limits"), models.object("limits")),
        Advantages.of(subject, permissions));
  }
}

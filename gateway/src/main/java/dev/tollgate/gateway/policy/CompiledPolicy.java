package dev.tollgate.gateway.policy;

/**
 * What one policy document demands, one part per block of it. Each part compiles its block by
 * itself and knows how to refuse.
 */
public record CompiledPolicy(
    ModelRules models,
    OperationRules operations,
    ProviderRules routing,
    NetworkRules network,
    DomainRules domains) {

  /** What no document demands. */
  public static final CompiledPolicy UNRESTRICTED = of(PolicyNode.silent());

  static CompiledPolicy of(PolicyNode document) {
    PolicyNode permissions = document.object("permissions");
    PolicyNode security = document.object("security");
    return new CompiledPolicy(
        ModelRules.of(permissions.object("models")),
        OperationRules.of(permissions),
        ProviderRules.of(permissions.object("routing")),
        NetworkRules.of(security.object("network_restrictions")),
        DomainRules.of(security.object("domain_restrictions")));
  }
}

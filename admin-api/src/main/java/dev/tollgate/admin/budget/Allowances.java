package dev.tollgate.admin.budget;

import dev.tollgate.admin.budget.AllowanceRepository.Counted;
import dev.tollgate.admin.budget.AllowanceRepository.Policies;
import dev.tollgate.admin.budget.AllowanceRepository.Recent;
import dev.tollgate.admin.budget.AllowanceRepository.Spent;
import dev.tollgate.admin.budget.AllowanceRepository.Used;
import dev.tollgate.admin.budget.Holder.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * What keys may still use: their own limits, and those of everything that stands over them. Three
 * queries, however many keys.
 */
@Component
public class Allowances {

  private final AllowanceRepository repository;
  private final Clock clock;

  Allowances(AllowanceRepository repository, Clock clock) {
    this.repository = repository;
    this.clock = clock;
  }

  /** By the ids of the keys; one that is unknown is not there. */
  public Mono<Map<String, Allowance>> of(Collection<String> keys) {
    return keys.isEmpty()
        ? Mono.just(Map.of())
        : repository.policies(keys).flatMap(policies -> of(policies, clock.instant()));
  }

  private Mono<Map<String, Allowance>> of(List<Policies> policies, Instant now) {
    List<Limits> limits = policies.stream().map(Limits::of).toList();
    return Mono.zip(
        spent(limits, now),
        used(limits, now),
        (spent, used) -> allowances(limits, spent, used, now));
  }

  private static Map<String, Allowance> allowances(
      List<Limits> limits, Map<Budget, Spent> spent, Map<Counted, Used> used, Instant now) {
    Map<String, Allowance> allowances = new HashMap<>();
    for (Limits ofKey : limits) {
      allowances.put(ofKey.keyId(), Allowance.of(ofKey, spent, used, now));
    }
    return allowances;
  }

  private Mono<Map<Budget, Spent>> spent(List<Limits> limits, Instant now) {
    Set<Budget> budgets = new LinkedHashSet<>();
    limits.forEach(ofKey -> budgets.addAll(ofKey.budgets()));
    if (budgets.isEmpty()) {
      return Mono.just(Map.of());
    }
    List<Budget> asked = List.copyOf(budgets);
    return repository.spent(asked, now).map(found -> paired(asked, found));
  }

  private Mono<Map<Counted, Used>> used(List<Limits> limits, Instant now) {
    Map<Counted, Recent> wanted = new LinkedHashMap<>();
    for (Limits ofKey : limits) {
      ofKey.quotas().forEach(quota -> wanted.merge(quota.counted(), Recent.of(quota), Recent::and));
    }
    List<Counted> counted = List.copyOf(wanted.keySet());
    return counted.isEmpty()
        ? Mono.just(Map.of())
        : repository
            .used(counted, List.copyOf(wanted.values()), now)
            .map(found -> paired(counted, found));
  }

  private static <K, V> Map<K, V> paired(List<K> keys, List<V> values) {
    Map<K, V> paired = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      paired.put(keys.get(i), values.get(i));
    }
    return paired;
  }

  /**
   * All limits over a key.
   *
   * @param binding of which holders a limit binds every request of the key
   */
  record Limits(String keyId, List<Budget> budgets, List<Quota> quotas, Set<Holder> binding) {

    static Limits of(Policies policies) {
      Limits limits =
          new Limits(policies.keyId(), new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>());
      String organization = policies.organizationId();
      limits.add(
          new Holder(Kind.ORGANIZATION, organization, organization), policies.ofOrganization());
      String team = policies.teamId();
      if (team != null) {
        limits.add(new Holder(Kind.TEAM, team, organization), policies.ofTeam());
      }
      limits.addProjects(policies);
      limits.add(new Holder(Kind.KEY, policies.keyId(), organization), policies.own());
      return limits;
    }

    private void addProjects(Policies policies) {
      List<String> projects = policies.projectIds();
      if (projects == null) {
        return;
      }
      for (String id : projects) {
        Holder project = new Holder(Kind.PROJECT, id, policies.organizationId());
        add(project, policies.ofProjects().path(id));
        if (projects.size() > 1) {
          binding.remove(project);
        }
      }
    }

    private void add(Holder holder, JsonNode policy) {
      binding.add(holder);
      budgets.addAll(Budget.of(holder, policy));
      quotas.addAll(Quota.of(holder, policy));
    }
  }
}

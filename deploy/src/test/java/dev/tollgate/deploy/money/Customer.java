package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An organization with one project that calls the provider through two gateways. */
final class Customer {

  /** The contract's worst case for a change to be in force. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private static final String AT_ONCE = "'concurrency':{'max_parallel_requests':1000}";

  /** Of a key that several clients have. */
  static final int FEW_AT_ONCE = 3;

  private static final String FEW =
      "'concurrency':{'max_parallel_requests':%d}".formatted(FEW_AT_ONCE);
  private static final String TRAFFIC =
      "'requests':{'per_minute':1000000},'tokens':{'total_per_day':1000000000}";

  private static final Duration ROW_BOUND = Duration.ofSeconds(20);
  private static final AtomicInteger PROBES = new AtomicInteger();

  private final MoneyBed bed;
  private final Tenant tenant;
  private final List<String> probes = new CopyOnWriteArrayList<>();
  private @Nullable String team;

  /** What a document over several keys is over. */
  enum Scope {
    PROJECT,
    TEAM,
    ORGANIZATION;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Customer(MoneyBed bed, Tenant tenant) {
    this.bed = bed;
    this.tenant = tenant;
  }

  String project() {
    return tenant.project();
  }

  /** Of Tollgate's price list and of the provider's alike. */
  void price(String model, Price price) {
    bed.provider().price(model, price);
    bed.admin()
        .post(
            "/v1/prices",
            "{'organization_id':'%s','provider':'openai','model':'%s','components':%s}"
                .formatted(tenant.organization(), model, price.components()));
  }

  /** The provider is reached in these ways too, and charges the same there. */
  void alsoSpeaks(Dialect dialect, String model, Price price) {
    bed.connect(tenant, dialect.provider());
    bed.admin()
        .post(
            "/v1/prices",
            "{'organization_id':'%s','provider':'%s','model':'%s','components':%s}"
                .formatted(tenant.organization(), dialect.provider(), model, price.components()));
  }

  /** Of Tollgate's price list alone, for answers of so many tokens at most. */
  void price(String model, Price price, long longest) {
    bed.admin()
        .post(
            "/v1/prices",
            "{'organization_id':'%s','provider':'openai','model':'%s','components':%s,'max_output_tokens':%d}"
                .formatted(tenant.organization(), model, price.components(), longest));
  }

  /** Returns when both gateways know the price, and all that were made before. */
  void awaitPrice(String model) {
    Tenant.Key probe = tenant.key();
    for (URI gateway : bed.gateways()) {
      await().atMost(CHANGE_BOUND).until(() -> isPriced(gateway, probe, model));
    }
  }

  private boolean isPriced(URI gateway, Tenant.Key key, String model) throws IOException {
    Call call = probe(Fate.WHOLE, model);
    bed.provider().expect(call);
    try (Exchange exchange = Exchange.open(gateway, key.token(), call)) {
      return exchange.header("x-tollgate-cost-usd") != null;
    }
  }

  private Call probe(Fate fate, String model) {
    Call call = Call.of("probe-" + PROBES.incrementAndGet(), fate, model, 1);
    probes.add(call.id());
    return call;
  }

  /** A document over all keys, which both gateways will act on soon. */
  void policy(Scope scope, String document) {
    bed.admin().put("/v1/%ss/%s/policy".formatted(scope.word(), id(scope)), document);
  }

  /** Returns when both gateways act on all changes up to now: they hear of them in order. */
  void awaitChanges(String model) {
    Tenant.Key gone = key();
    for (URI gateway : bed.gateways()) {
      assertThat(status(gateway, gone, model)).isEqualTo(500);
    }
    bed.admin().delete("/v1/keys/" + gone.id());
    for (URI gateway : bed.gateways()) {
      await().atMost(CHANGE_BOUND).until(() -> status(gateway, gone, model) == 401);
    }
  }

  private String id(Scope scope) {
    return switch (scope) {
      case PROJECT -> project();
      case ORGANIZATION -> tenant.organization();
      case TEAM -> Objects.requireNonNull(team, "a key of the team is made first");
    };
  }

  /** As budgets are named by it. */
  String subject(Scope scope) {
    return scope.word() + ":" + id(scope);
  }

  /** Of a call at no cost. */
  private int status(URI gateway, Tenant.Key key, String model) {
    return bed.clients().call(gateway, key, probe(Fate.FAILED, model)).status();
  }

  Tenant.Key key() {
    return tenant.key();
  }

  /** One of the customer's only team. */
  Tenant.Key keyOfTeam() {
    if (team == null) {
      team =
          bed.admin()
              .post(
                  "/v1/teams",
                  "{'organization_id':'%s','name':'all','project_ids':['%s']}"
                      .formatted(tenant.organization(), project()))
              .path("id")
              .asString();
    }
    return tenant.key(",'type':'team'", ",'team_id':'%s'".formatted(team));
  }

  /**
   * @param limits the members of {@code rate_limits}
   */
  Tenant.Key key(String limits) {
    return tenant.key(",'rate_limits':{%s}".formatted(limits));
  }

  /** With a budget of the month, and other limits that are never reached. */
  Tenant.Key keyFor(long microUsd) {
    return key(budget(microUsd) + ',' + AT_ONCE);
  }

  static String budget(long microUsd) {
    return "'costs':{'per_month_max':%s}".formatted(Price.dollars(microUsd));
  }

  /** With no budget, and few requests at once. */
  Tenant.Key keyForAtOnce() {
    return key(FEW);
  }

  /**
   * Many, made at once; each has limits of every kind, of which only the budget is ever reached.
   */
  List<Tenant.Key> keysFor(List<Long> budgets) {
    return keysFor(budgets, AT_ONCE);
  }

  /** The same, but with few requests at once. */
  List<Tenant.Key> keysForAtOnce(List<Long> budgets) {
    return keysFor(budgets, FEW);
  }

  private List<Tenant.Key> keysFor(List<Long> budgets, String atOnce) {
    try (ExecutorService makers = Executors.newFixedThreadPool(4)) {
      List<Future<Tenant.Key>> made = new ArrayList<>();
      budgets.forEach(budget ->
          made.add(makers.submit(() -> key(String.join(",", budget(budget), atOnce, TRAFFIC)))));
      return made.stream().map(Clients::result).toList();
    }
  }

  /** What the provider bills. */
  long billed(Collection<Seen> seen) {
    return seen.stream().mapToLong(this::billed).sum();
  }

  /** Nothing for a call that it never had. */
  long billed(Seen seen) {
    String id = seen.call().id();
    if (!bed.provider().saw(id)) {
      return 0;
    }
    Bill bill = bed.provider().bill(id);
    return seen.isEndedByGateway() ? bill.costOfArrived() : bill.cost();
  }

  /** What the provider bills for the preparations. */
  long billedForProbes() {
    return probes.stream()
        .filter(bed.provider()::saw)
        .mapToLong(id -> bed.provider().bill(id).cost())
        .sum();
  }

  /** What the preparations have cost, once it is stored. */
  long spentOnProbes() {
    List<String> called = probes.stream().filter(bed.provider()::saw).toList();
    await()
        .atMost(ROW_BOUND)
        .until(() -> rows().stream().map(Books.Row::requestId).toList().containsAll(called));
    return rows().stream().mapToLong(row -> Objects.requireNonNullElse(row.cost(), 0L)).sum();
  }

  List<Books.Row> rows() {
    return bed.books().rows(project());
  }
}

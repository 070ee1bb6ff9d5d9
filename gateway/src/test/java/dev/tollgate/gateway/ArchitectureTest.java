package dev.tollgate.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.tollgate.crypto.secret.SecretAccess;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.web.server.ServerWebExchange;

class ArchitectureTest {

  private static final String BASE = "dev.tollgate.gateway";

  /** What every feature may use, and what therefore uses none. */
  private static final String[] FOUNDATIONS = {
    BASE + ".pipeline..", BASE + ".error..", BASE + ".observability.."
  };

  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(BASE);

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching(BASE + ".(*)..")
        .should()
        .beFreeOfCycles()
        .because("a feature must be understood without all others; move what both need below both")
        .check(GATEWAY);
  }

  @Test
  void foundationsKnowNoFeature() {
    noClasses()
        .that()
        .resideInAnyPackage(FOUNDATIONS)
        .should()
        .dependOnClassesThat(feature())
        .because("every feature stands on them; pass what they need, or leave it under a StateKey")
        .check(GATEWAY);
  }

  private static DescribedPredicate<JavaClass> feature() {
    return JavaClass.Predicates.resideInAPackage(BASE + ".*..")
        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(FOUNDATIONS)))
        .as("are of a feature");
  }

  @Test
  void internalsStayInTheirFeature() {
    classes()
        .that()
        .resideInAPackage(BASE + ".(*).internal..")
        .should(beUsedOnlyWithinTheirFeature())
        .because("the base package of a feature is its API; put there what others may use")
        .check(GATEWAY);
  }

  private static ArchCondition<JavaClass> beUsedOnlyWithinTheirFeature() {
    return new ArchCondition<>("be used only within their feature") {
      @Override
      public void check(JavaClass internal, ConditionEvents events) {
        String feature = internal.getPackageName().replaceFirst("\\.internal.*", "");
        internal.getDirectDependenciesToSelf().stream()
            .filter(use -> !use.getOriginClass().getPackageName().startsWith(feature))
            .forEach(
                use -> events.add(SimpleConditionEvent.violated(internal, use.getDescription())));
      }
    };
  }

  @Test
  void onlyCredentialsReadsSecrets() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".credentials..")
        .should()
        .callMethod(SecretAccess.class, "granted")
        .because("a secret is read where it is written into a call; hand on an UpstreamCredential")
        .check(GATEWAY);
  }

  @Test
  void onlyPipelineTouchesExchangeAttributes() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".pipeline..")
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "an attribute of the exchange is touched",
                call ->
                    call.getTargetOwner().isAssignableTo(ServerWebExchange.class)
                        && call.getTarget().getName().contains("Attribute")))
        .because("attributes are untyped and named by text; leave values under a StateKey")
        .check(GATEWAY);
  }

  @Test
  void decisionsAreNeitherReactiveNorSprings() {
    noClasses()
        .that()
        .resideInAPackage(BASE + ".policy..")
        .or()
        .haveNameMatching(
            ".*\\.(KeySnapshot|ProjectSnapshot|CredentialSnapshot|ServiceSnapshot|AllowedHosts"
                + "|MicroUsdSum|TokenPrices|ModelPrice|PriceBook|PriceDecision"
                + "|SecretTemplate|TollgateSecrets|ServiceSelection|Cidr|CidrSet|OutboundAddressPolicy)")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("reactor..", "org.springframework..", "org.reactivestreams..")
        .because("a decision is plain Java over values; let the shell load, save and sequence")
        .check(GATEWAY);
  }

  @Test
  void onlyBlockingAdaptersNameAScheduler() {
    Set<String> adapters =
        Set.of(
            BASE + ".bodies.internal.BodiesConfiguration",
            BASE + ".concurrency.internal.ConcurrencyConfiguration",
            BASE + ".country.CountryConfiguration",
            BASE + ".country.CountryFile",
            BASE + ".routing.internal.YamlRouteLocator",
            BASE + ".routing.internal.RoutingConfiguration",
            BASE + ".usage.internal.UsageConfiguration");
    noClasses()
        .that(
            DescribedPredicate.<JavaClass>describe(
                "are no blocking adapters", type -> !adapters.contains(type.getName())))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("reactor.core.scheduler.Schedulers")
        .because(
            "the way of a request stays on its event loop; only files and long bodies leave it")
        .check(GATEWAY);
  }

  /** A limiter that allows on errors, addresses taken from anybody's header, a POST sent twice. */
  @Test
  void nothingUsesThePartsThatFailOpen() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "org\\.springframework\\.cloud\\.gateway\\..*(RateLimiter|RemoteAddressResolver|Retry"
                + "|CacheRequestBody|ModifyRequestBody|ModifyResponseBody).*")
        .because("each of them fails open or buffers without bound; use Tollgate's own")
        .check(GATEWAY);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith(NullMarked.class)
        .because("NullAway checks only what is marked")
        .check(GATEWAY);
    classes()
        .should(standInAMarkedPackage())
        .because("a package without package-info is not checked at all")
        .check(GATEWAY);
  }

  private static ArchCondition<JavaClass> standInAMarkedPackage() {
    return new ArchCondition<>("stand in a package that is marked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (type.getPackage().tryGetPackageInfo().isEmpty()) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " is not marked"));
        }
      }
    };
  }
}

package dev.tollgate.admin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.tollgate.crypto.envelope.DataKey;
import dev.tollgate.crypto.secret.SecretAccess;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.scheduler.Schedulers;

@AnalyzeClasses(packages = "dev.tollgate.admin", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule foundationsImportNoFeature =
      noClasses()
          .that()
          .resideInAnyPackage("..admin.problem..", "..admin.schema..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..admin.access..",
              "..admin.adminkey..",
              "..admin.audit..",
              "..admin.budget..",
              "..admin.credential..",
              "..admin.idempotency..",
              "..admin.organization..",
              "..admin.member..",
              "..admin.pricing..",
              "..admin.project..",
              "..admin.provider..",
              "..admin.service..",
              "..admin.team..",
              "..admin.token..",
              "..admin.usage..",
              "..admin.virtualkey..")
          .because("everything stands on them; give them what they need as a parameter");

  @ArchTest
  static final ArchRule onlyTheVaultOpensDataKeys =
      noClasses()
          .that()
          .resideOutsideOfPackage("..admin.credential..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(DataKey.class)
          .because("what seals and opens secrets is one package; ask it instead");

  @ArchTest
  static final ArchRule secretsAreReadWhereTheyComeAndGo =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..admin.access..", "..admin.adminkey..", "..admin.virtualkey..", "..admin.token..")
          .and()
          .doNotHaveSimpleName("OpenedValue")
          .and()
          .doNotHaveSimpleName("PresentedSecret")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(SecretAccess.class)
          .because("a secret is read when it is presented or shown once, and nowhere else");

  @ArchTest
  static final ArchRule controllersAreThin =
      noClasses()
          .that()
          .areAnnotatedWith(RestController.class)
          .and()
          .doNotHaveSimpleName("HealthController")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(DatabaseClient.class)
          .because("a controller calls a use case; SQL stands in a repository");

  @ArchTest
  static final ArchRule onlyABlockingAdapterNamesAScheduler =
      noClasses()
          .that()
          .doNotHaveSimpleName("HostResolver")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Schedulers.class)
          .because("everything else is non-blocking; wrap what blocks in an adapter of its own");

  @ArchTest
  static final ArchRule nothingIsInjectedIntoFields =
      fields()
          .should()
          .notBeAnnotatedWith(Autowired.class)
          .andShould()
          .notBeAnnotatedWith(Value.class)
          .because("constructors show what a class needs, properties records what it is told");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils|Common|Data|Info)")
          .because("such names say nothing; name what the class decides, stores or calls");

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .should(liveInANullMarkedPackage())
          .because("NullAway checks only what is marked; add a package-info.java");

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a @NullMarked package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            Arrays.stream(type.reflect().getPackage().getAnnotations())
                .anyMatch(NullMarked.class::isInstance);
        events.add(new SimpleConditionEvent(type, marked, type.getName()));
      }
    };
  }
}

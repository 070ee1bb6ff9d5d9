package dev.tollgate.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.deploy.demo.Demo;
import dev.tollgate.deploy.launcher.Main;

@AnalyzeClasses(packages = "dev.tollgate.deploy", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("dev.tollgate.deploy.(*)..")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(Main.class, Demo.class) // what is started by name knows all there is
          .because("each part must be understood alone; hand in what it needs from outside");

  @ArchTest
  static final ArchRule theSimulatorKnowsNothingOfTollgate =
      noClasses()
          .that()
          .resideInAPackage("..deploy.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.gateway..",
              "dev.tollgate.admin..",
              "dev.tollgate.crypto..",
              "dev.tollgate.deploy.launcher..",
              "dev.tollgate.deploy.demo..")
          .because("a provider that shared code with the gateway would share its mistakes");

  @ArchTest
  static final ArchRule theApplicationsAreKnownByTheirEntryAlone =
      noClasses()
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAnyPackage(
                      "dev.tollgate.gateway..", "dev.tollgate.admin..")
                  .and(
                      DescribedPredicate.not(
                          JavaClass.Predicates.simpleName("GatewayApplication")
                              .or(JavaClass.Predicates.simpleName("AdminApplication")))))
          .because("the launcher starts them as an operator would: by properties");

  @ArchTest
  static final ArchRule theDatabaseKnowsNoApplication =
      noClasses()
          .that()
          .resideInAPackage("..launcher.database..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "dev.tollgate.gateway..")
          .because("it starts before them and ends after them");

  @ArchTest
  static final ArchRule secretsAreReadWhereTheyAreHandedOver =
      noClasses()
          .that()
          .resideOutsideOfPackages("..deploy.launcher..", "..deploy.demo..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(SecretAccess.class)
          .because("the launcher hands secrets to the applications; nobody else needs one");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils|Common|Data|Info)")
          .because("such names say nothing; name what the class decides, stores or calls");

  @ArchTest
  static final ArchRule everyPackageIsMarked =
      classes()
          .should(standInAMarkedPackage())
          .because("NullAway checks only what is marked; add a package-info.java");

  private static ArchCondition<JavaClass> standInAMarkedPackage() {
    return new ArchCondition<>("stand in a package that is marked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            type.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .orElse(false);
        events.add(new SimpleConditionEvent(type, marked, type.getName()));
      }
    };
  }
}

package dev.tollgate.crypto;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.crypto.envelope.DataKey;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretMask;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.HmacSha256;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.crypto.token.TokenSigningKey;
import java.io.Serializable;
import java.util.Random;
import java.util.Set;

/** The rules of this module that the compiler cannot hold. */
@AnalyzeClasses(packages = "dev.tollgate.crypto", importOptions = DoNotIncludeTests.class)
class CryptoArchitectureTest {

  /**
   * Each needs the plain bytes for a cipher, a MAC, a parser or the mask; none keeps or returns
   * them.
   */
  private static final Set<String> READERS_OF_SECRETS =
      Set.of(
          SecretMask.class.getName(),
          DataKey.class.getName(),
          "dev.tollgate.crypto.envelope.TinkAead",
          KeyEncryptionKeys.class.getName(),
          HmacSha256.class.getName(),
          KeyDigester.class.getName(),
          OpaqueKey.class.getName(),
          "dev.tollgate.crypto.token.PepperFile",
          TokenSigningKey.class.getName());

  @ArchTest
  static final ArchRule dependsOnNoFramework =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..",
              "reactor..",
              "org.reactivestreams..",
              "io.r2dbc..",
              "io.netty..",
              "jakarta..")
          .because(
              "both applications share it byte for byte: take and return values or a CompletionStage,"
                  + " and adapt them to Reactor in the application");

  @ArchTest
  static final ArchRule readsSecretsOnlyWhereListed =
      noClasses()
          .that(are(READERS_OF_SECRETS).negate())
          .should()
          .callMethod(SecretAccess.class, "granted")
          .because(
              "a secret is read where a cipher, a MAC or a parser needs its bytes; pass the"
                  + " SecretString or SecretBytes on, or add the class here with its reason");

  @ArchTest
  static final ArchRule secretsCannotBeSerialised =
      noClasses()
          .that()
          .belongToAnyOf(
              SecretString.class,
              SecretBytes.class,
              DataKey.class,
              KeyEncryptionKeys.class,
              HmacSha256.class,
              PepperSet.class,
              TokenSigningKey.class)
          .should()
          .implement(Serializable.class)
          .because("a serialised secret outlives its holder: seal it with a DataKey instead");

  @ArchTest
  static final ArchRule randomnessIsSecure =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Random.class,
              java.util.concurrent.ThreadLocalRandom.class,
              java.util.SplittableRandom.class)
          .because("keys, nonces and ids come from SecureRandom");

  @ArchTest
  static final ArchRule jsonIsReadStrictly =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.tollgate.crypto.token.StrictJson")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("com.google.gson.stream.JsonReader")
          .because("duplicate members and rounded numbers are attacks: read with StrictJson");

  @ArchTest
  static final ArchRule secretTypesDependOnNothingElseHere =
      classes()
          .that()
          .resideInAPackage("..crypto.secret..")
          .should()
          .onlyDependOnClassesThat(
              resideInAPackage("dev.tollgate.crypto.secret..")
                  .or(resideInAPackage("java.."))
                  .or(resideInAPackage("org.jspecify..")))
          .because(
              "they are the foundation: what needs ciphers or JSON belongs in a package above");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("dev.tollgate.crypto.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a cycle makes two packages one: move the shared part below both");

  private static DescribedPredicate<JavaClass> are(Set<String> names) {
    return describe("are among " + names, type -> names.contains(type.getName()));
  }
}

package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.support.TestService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceSelectionTest {

  private static final String URL = "https://api.example.com";

  private static TestService openAi(String name) {
    return TestService.openAi(name, URL);
  }

  private static ProjectSnapshot project(ServiceSnapshot... inOrder) {
    return new ProjectSnapshot(
        "prj_1", "org_1", List.of(), null, Set.of(), List.of(inOrder), Map.of(), null);
  }

  private static ProjectSnapshot project(TestService... inOrder) {
    return project(Stream.of(inOrder).map(TestService::snapshot).toArray(ServiceSnapshot[]::new));
  }

  private static @Nullable String chosen(
      ProjectSnapshot project, Protocol protocol, @Nullable String environment, String model) {
    ServiceSelection selection =
        ServiceSelection.byModel(project, protocol, environment, AppliedPolicies.NONE, model);
    return selection == null ? null : selection.service().name();
  }

  private static @Nullable String chosen(ProjectSnapshot project, String model) {
    return chosen(project, Protocol.OPENAI, null, model);
  }

  @Test
  void takesTheFirstThatServesTheModel() {
    ProjectSnapshot project =
        project(openAi("a").models("claude-*"), openAi("b").models("gpt-*"), openAi("c"));

    assertThat(chosen(project, "gpt-4o")).isEqualTo("b");
    assertThat(chosen(project, "mistral")).isEqualTo("c");
  }

  @Test
  void findsNoneWhereNoneServesTheModel() {
    assertThat(chosen(project(openAi("a").models("gpt-*")), "claude")).isNull();
    assertThat(chosen(project(openAi("a").models()), "gpt-4o")).isNull();
    assertThat(chosen(project(new ServiceSnapshot[0]), "gpt-4o")).isNull();
  }

  @Test
  void keepsToTheProtocol() {
    ProjectSnapshot project = project(openAi("a"), TestService.anthropic("b", URL));

    assertThat(chosen(project, Protocol.ANTHROPIC, null, "any")).isEqualTo("b");
    assertThat(chosen(project, Protocol.GEMINI, null, "any")).isNull();
  }

  @Test
  void servesAnEnvironmentsServiceToItsCallersOnly() {
    ProjectSnapshot project = project(openAi("a").environment("production"), openAi("b"));

    assertThat(chosen(project, Protocol.OPENAI, "production", "any")).isEqualTo("a");
    assertThat(chosen(project, Protocol.OPENAI, "staging", "any")).isEqualTo("b");
    assertThat(chosen(project, Protocol.OPENAI, null, "any")).isEqualTo("b");
  }

  @Test
  void servesAnEnvironmentsCredentialToItsCallersOnlyAlsoInAHeader() {
    ServiceSnapshot own = openAi("own").snapshot();
    ProjectSnapshot project =
        withCredentials(
            List.of(own, withHeader(own)),
            credential("crd_own", "own", "production"),
            credential("crd_org", "ORG", "production"));

    assertThat(chosen(project, Protocol.OPENAI, "production", "any")).isEqualTo("own");
    assertThat(chosen(project, Protocol.OPENAI, null, "any")).isNull();
    assertThat(ServiceSelection.byName(project, "header", "production", null)).isNotNull();
    assertThat(ServiceSelection.byName(project, "header", "staging", null)).isNull();
  }

  private static ServiceSnapshot withHeader(ServiceSnapshot service) {
    return new ServiceSnapshot(
        "svc_header",
        "header",
        service.provider(),
        service.protocols(),
        service.baseUrl(),
        service.presentation(),
        Map.of("X-Org", "{{ORG}}"),
        null,
        100,
        null,
        service.timeouts(),
        null,
        service.definition());
  }

  private static CredentialSnapshot credential(String id, String name, String environment) {
    return new CredentialSnapshot(id, "org_1", "prj_1", name, environment, null, List.of());
  }

  private static ProjectSnapshot withCredentials(
      List<ServiceSnapshot> services, CredentialSnapshot... credentials) {
    return new ProjectSnapshot(
        "prj_1",
        "org_1",
        List.of(),
        null,
        Set.of(),
        services,
        Stream.of(credentials)
            .collect(Collectors.toMap(CredentialSnapshot::credentialId, each -> each)),
        null);
  }

  @Test
  void tellsWhatAnAliasStandsFor() {
    ServiceSelection selection =
        ServiceSelection.byModel(
            project(openAi("a").models("fast=gpt-4o-mini")),
            Protocol.OPENAI,
            null,
            AppliedPolicies.NONE,
            "fast");

    assertThat(selection).isNotNull();
    assertThat(selection.upstreamModel()).isEqualTo("gpt-4o-mini");
  }

  @Test
  void findsAServiceByItsExactName() {
    ProjectSnapshot project = project(openAi("a").models("gpt-*"));

    assertThat(ServiceSelection.byName(project, "a", null, null)).isNotNull();
    assertThat(ServiceSelection.byName(project, "a", null, "gpt-4o")).isNotNull();
    assertThat(ServiceSelection.byName(project, "a", null, "claude")).isNull();
    assertThat(ServiceSelection.byName(project, "A", null, null)).isNull();
  }
}

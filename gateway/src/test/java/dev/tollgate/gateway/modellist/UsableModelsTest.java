package dev.tollgate.gateway.modellist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.modellist.UsableModels.Known;
import dev.tollgate.gateway.modellist.UsableModels.Unknown;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UsableModelsTest {

  private static final Rejection DOWN = Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "down");
  private static final Rejection SLOW = Rejection.of(ErrorCode.PROVIDER_TIMEOUT, "slow");
  private static final TestService ANY = TestService.openAi("any", "https://any.example");
  private static final TestService OTHER = TestService.openAi("other", "https://other.example");

  @Test
  void offersAllThatAProviderListsWhereTheServiceNamesNothing() {
    assertThat(ids(List.of(), listed(ANY, "a", "b"))).containsExactly("a", "b");
  }

  @Test
  void offersOnlyWhatTheServiceNames() {
    assertThat(ids(List.of(), listed(ANY.models("a", "x-*"), "b", "x-1", "x-2")))
        .containsExactly("a", "x-1", "x-2");
  }

  @Test
  void describesANamedModelAsItsProviderDoes() {
    Known known = known(List.of(), listed(ANY.models("a", "x-*"), "a"));
    assertThat(known.models()).containsExactly(entry("any", "a"));
  }

  @Test
  void offersAnAliasUnderItsOwnName() {
    Known known = known(List.of(), listed(ANY.models("fast=a", "x-*"), "a"));
    assertThat(known.models()).containsExactly(ModelDialect.OPENAI.entry("fast", "any"));
  }

  @Test
  void asksTheProviderOnlyWhereItMust() {
    assertThat(ModelSource.needsListing(ANY.snapshot())).isTrue();
    assertThat(ModelSource.needsListing(ANY.models("a", "b-*").snapshot())).isTrue();
    assertThat(ModelSource.needsListing(ANY.models("a", "b=c").snapshot())).isFalse();
    assertThat(ModelSource.needsListing(ANY.models().snapshot())).isFalse();
  }

  @Test
  void takesEachNameFromTheFirstServiceThatHasIt() {
    assertThat(known(List.of(), listed(ANY, "a"), listed(OTHER, "a", "b")).models())
        .containsExactly(entry("any", "a"), entry("other", "b"));
  }

  @Test
  void leavesOutWhatAnyDocumentForbids() {
    List<CompiledPolicy> policies =
        List.of(
            TestPolicies.models(List.of("a", "b"), List.of()),
            TestPolicies.models(null, List.of("b")));
    assertThat(ids(policies, listed(ANY, "a", "b", "c"))).containsExactly("a");
  }

  @Test
  void leavesOutAnAliasOfWhatIsForbiddenAlthoughALowerServiceHasThatName() {
    List<CompiledPolicy> policies = List.of(TestPolicies.models(null, List.of("secret")));
    assertThat(ids(policies, listed(ANY.models("fast=secret")), listed(OTHER.models("fast"))))
        .isEmpty();
  }

  @Test
  void leavesOutAProviderThatFailsWhereAnotherAnswers() {
    assertThat(ids(List.of(), failed(ANY, DOWN), listed(OTHER, "b"))).containsExactly("b");
    assertThat(ids(List.of(), failed(ANY, DOWN), listed(OTHER))).isEmpty();
    assertThat(ids(List.of(), failed(ANY.models("a", "b-*"), DOWN))).containsExactly("a");
  }

  @Test
  void failsAsTheFirstProviderDidWhereAllFail() {
    assertThat(usable(List.of(), failed(ANY, SLOW), failed(OTHER, DOWN)))
        .isEqualTo(new Unknown(SLOW));
  }

  @Test
  void isEmptyWithoutAnyService() {
    assertThat(ids(List.of())).isEmpty();
  }

  private static ModelSource listed(TestService service, String... ids) {
    List<ModelEntry> entries =
        Stream.of(ids).map(id -> entry(service.snapshot().name(), id)).toList();
    return new ModelSource(service.snapshot(), new Listing.Listed(entries));
  }

  private static ModelEntry entry(String service, String id) {
    return new ModelEntry(id, "{\"id\":\"%s\",\"of\":\"%s\"}".formatted(id, service));
  }

  private static ModelSource failed(TestService service, Rejection reason) {
    return new ModelSource(service.snapshot(), new Listing.Failed(reason));
  }

  private static UsableModels usable(List<CompiledPolicy> policies, ModelSource... sources) {
    return UsableModels.of(List.of(sources), ModelDialect.OPENAI, new AppliedPolicies(policies));
  }

  private static Known known(List<CompiledPolicy> policies, ModelSource... sources) {
    return (Known) usable(policies, sources);
  }

  private static List<String> ids(List<CompiledPolicy> policies, ModelSource... sources) {
    return known(policies, sources).models().stream().map(ModelEntry::id).toList();
  }
}

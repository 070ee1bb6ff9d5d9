package dev.tollgate.gateway.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.NewDataKey;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.gateway.credentials.ProviderCredentials.Opening;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.CredentialSnapshot.Sealed;
import dev.tollgate.gateway.snapshot.CredentialSnapshot.Version;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ProviderDefinition;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** With a real envelope under a real keyset. */
class CredentialOpenerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String HOST = "api.example.com";

  private final Envelope envelope = new Envelope(KeyEncryptionKeys.generate());
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final CredentialOpener opener =
      new CredentialOpener(
          new DataKeys(envelope, Duration.ofMinutes(1)), () -> now, Duration.ofMinutes(1));

  private Version version(
      String id, int number, String fields, String host, @Nullable Instant validUntil) {
    DataKeyOwner owner = new DataKeyOwner("org_1", "prj_1");
    NewDataKey key = envelope.newDataKey(owner).toCompletableFuture().join();
    SecretBinding binding = new SecretBinding("org_1", "prj_1", id, number, Set.of(host));
    byte[] sealed = key.dataKey().seal(SecretString.of(fields).utf8(), binding);
    return new Version(
        number,
        new Sealed(sealed, key.wrapped()),
        Set.of(host),
        Map.of("region", "eu"),
        validUntil);
  }

  private static CredentialSnapshot credential(
      String id, String name, @Nullable Instant expiresAt, Version... versions) {
    return new CredentialSnapshot(id, "org_1", "prj_1", name, null, expiresAt, List.of(versions));
  }

  private CredentialSnapshot credential(String id, String name, String fields) {
    return credential(id, name, null, version(id, 1, fields, HOST, null));
  }

  private static ServiceSnapshot service(
      Presentation presentation, Map<String, String> headers, @Nullable String credentialId) {
    return new ServiceSnapshot(
        "svc_1",
        "service",
        "custom",
        Set.of(),
        URI.create("https://" + HOST + "/v1"),
        presentation,
        headers,
        null,
        100,
        null,
        Timeouts.NONE,
        credentialId,
        new ProviderDefinition(Set.of(), Set.of(), Set.of(), false, null));
  }

  private static ProjectSnapshot project(ServiceSnapshot service, CredentialSnapshot... all) {
    return new ProjectSnapshot(
        "prj_1",
        "org_1",
        List.of(),
        null,
        Set.of(),
        List.of(service),
        Stream.of(all)
            .collect(Collectors.toMap(CredentialSnapshot::credentialId, Function.identity())),
        null);
  }

  private Opening open(ServiceSnapshot service, CredentialSnapshot... credentials) {
    return open(project(service, credentials), service);
  }

  private Opening open(ProjectSnapshot project, ServiceSnapshot service) {
    Opening opening = opener.open(project, service).block(PATIENCE);
    assertThat(opening).isNotNull();
    return opening;
  }

  private static List<UpstreamCredential> opened(Opening opening) {
    assertThat(opening).isInstanceOf(Opening.Opened.class);
    return ((Opening.Opened) opening).inOrder();
  }

  private static void expectUnusable(Opening opening) {
    assertThat(opening).isInstanceOf(Opening.Refused.class);
    assertThat(((Opening.Refused) opening).rejection().code())
        .isEqualTo(ErrorCode.PROVIDER_AUTH_FAILED);
  }

  private static Map<String, String> headers(UpstreamCredential credential) {
    HttpHeaders written = new DefaultHttpHeaders();
    credential.writeTo(written);
    return written.entries().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Map<String, String> headers(Presentation presentation, String fields) {
    List<UpstreamCredential> all =
        opened(open(service(presentation, Map.of(), "crd_1"), credential("crd_1", "NAME", fields)));
    assertThat(all).hasSize(1);
    return headers(all.getFirst());
  }

  @Test
  void presentsABearer() {
    assertThat(headers(new Presentation.Bearer(null), "{\"api_key\":\"sk-1\"}"))
        .containsExactly(Map.entry("authorization", "Bearer sk-1"));
  }

  @Test
  void takesTheOnlySecretWhateverItsName() {
    assertThat(headers(new Presentation.Header("x-api-key", null), "{\"token\":\"sk-1\"}"))
        .containsExactly(Map.entry("x-api-key", "sk-1"));
  }

  @Test
  void takesTheApiKeyAmongSeveral() {
    assertThat(headers(new Presentation.Bearer(null), "{\"other\":\"x\",\"api_key\":\"sk-1\"}"))
        .containsEntry("authorization", "Bearer sk-1");
  }

  @Test
  void takesTheFieldThatIsNamed() {
    assertThat(headers(new Presentation.Bearer("other"), "{\"other\":\"x\",\"api_key\":\"sk-1\"}"))
        .containsEntry("authorization", "Bearer x");
  }

  @Test
  void presentsBasic() {
    assertThat(headers(new Presentation.Basic("{{api_key}}", ""), "{\"api_key\":\"sk_1\"}"))
        .containsEntry("authorization", "Basic c2tfMTo=");
  }

  @Test
  void presentsATemplateOverSecretAndClearFields() {
    assertThat(
            headers(
                new Presentation.Template("X-Auth", "Key {{api_key}}@{{region}}"),
                "{\"api_key\":\"$1\\\\\"}"))
        .containsEntry("X-Auth", "Key $1\\@eu");
  }

  @Test
  void presentsInTheQuery() {
    UpstreamCredential credential =
        opened(
                open(
                    service(new Presentation.Query("key", null), Map.of(), "crd_1"),
                    credential("crd_1", "NAME", "{\"api_key\":\"a b&c\"}")))
            .getFirst();

    assertThat(credential.addTo("/v1/x")).isEqualTo("/v1/x?key=a+b%26c");
    assertThat(credential.addTo("/v1/x?y=1")).isEqualTo("/v1/x?y=1&key=a+b%26c");
    assertThat(headers(credential)).isEmpty();
  }

  @Test
  void presentsNothingForAServiceWithoutCredential() {
    List<UpstreamCredential> all =
        opened(open(service(new Presentation.None(), Map.of("X-Team", "blue"), null)));

    assertThat(headers(all.getFirst())).containsExactly(Map.entry("X-Team", "blue"));
    assertThat(all.getFirst().credentialId()).isNull();
  }

  @Test
  void refusesAServiceThatLostItsCredential() {
    expectUnusable(open(service(new Presentation.Bearer(null), Map.of(), null)));
    expectUnusable(open(service(new Presentation.Query("key", null), Map.of(), null)));
  }

  @Test
  void refusesWhatItCannotPresent() {
    expectUnusable(
        open(
            service(new Presentation.Unsupported("sigv4"), Map.of(), "crd_1"),
            credential("crd_1", "NAME", "{\"api_key\":\"sk-1\"}")));
  }

  @Test
  void fillsHeadersWithSecretsOfOtherCredentials() {
    ServiceSnapshot service =
        service(
            new Presentation.Bearer(null),
            Map.of("X-Org", "{{OPENAI_ORG}}", "X-Two", "{{PAIR.b}}-{{PAIR.a}}"),
            "crd_1");
    UpstreamCredential presented =
        opened(
                open(
                    service,
                    credential("crd_1", "NAME", "{\"api_key\":\"sk-1\"}"),
                    credential("crd_2", "OPENAI_ORG", "{\"value\":\"org-7\"}"),
                    credential("crd_3", "PAIR", "{\"a\":\"1\",\"b\":\"2\"}")))
            .getFirst();

    assertThat(headers(presented))
        .containsOnly(
            Map.entry("authorization", "Bearer sk-1"),
            Map.entry("X-Org", "org-7"),
            Map.entry("X-Two", "2-1"));
  }

  @Test
  void readsDotsInNamesAsTheAdminApiDoes() {
    ServiceSnapshot service =
        service(
            new Presentation.None(),
            Map.of("X-Whole", "{{acme.prod}}", "X-Field", "{{acme.prod.key}}"),
            null);

    assertThat(
            headers(
                opened(
                        open(
                            service,
                            credential("crd_1", "acme.prod", "{\"key\":\"k\"}"),
                            credential("crd_2", "acme", "{\"prod\":\"wrong\"}")))
                    .getFirst()))
        .containsOnly(Map.entry("X-Whole", "k"), Map.entry("X-Field", "k"));
  }

  @Test
  void refusesAHeaderThatNamesWhatIsNotThere() {
    expectUnusable(open(service(new Presentation.None(), Map.of("X-Org", "{{GONE}}"), null)));
  }

  @Test
  void refusesAHeaderWhoseCredentialHasExpired() {
    CredentialSnapshot expired =
        credential("crd_1", "ORG", now, version("crd_1", 1, "{\"value\":\"v\"}", HOST, null));

    expectUnusable(
        open(service(new Presentation.None(), Map.of("X-Org", "{{ORG}}"), null), expired));
  }

  @Test
  void sendsNoSecretToAnotherHost() {
    CredentialSnapshot elsewhere =
        credential(
            "crd_1", "NAME", null, version("crd_1", 1, "{\"k\":\"v\"}", "other.example", null));

    expectUnusable(open(service(new Presentation.Bearer(null), Map.of(), "crd_1"), elsewhere));
  }

  @Test
  void doesNotOpenARowWhoseHostsWereChanged() {
    Version sealed = version("crd_1", 1, "{\"k\":\"v\"}", "other.example", null);
    Version moved =
        new Version(1, sealed.sealed(), Set.of(HOST), sealed.fields(), sealed.validUntil());

    expectUnusable(
        open(
            service(new Presentation.Bearer(null), Map.of(), "crd_1"),
            credential("crd_1", "NAME", null, moved)));
  }

  @Test
  void doesNotOpenARowOfAnotherCredential() {
    expectUnusable(
        open(
            service(new Presentation.Bearer(null), Map.of(), "crd_2"),
            credential("crd_2", "NAME", null, version("crd_1", 1, "{\"k\":\"v\"}", HOST, null))));
  }

  @Test
  void refusesACredentialThatIsMissing() {
    expectUnusable(open(service(new Presentation.Bearer(null), Map.of(), "crd_1")));
  }

  @Test
  void refusesAnExpiredCredentialEvenWhenItWasOpenedBefore() {
    ServiceSnapshot service = service(new Presentation.Bearer(null), Map.of(), "crd_1");
    ProjectSnapshot project =
        project(
            service,
            credential(
                "crd_1",
                "NAME",
                now.plusSeconds(10),
                version("crd_1", 1, "{\"k\":\"v\"}", HOST, null)));
    assertThat(opened(open(project, service))).hasSize(1);

    now = now.plusSeconds(10);

    expectUnusable(open(project, service));
  }

  @Test
  void offersTheReplacedVersionDuringItsGrace() {
    ServiceSnapshot service = service(new Presentation.Bearer(null), Map.of(), "crd_1");
    ProjectSnapshot project =
        project(
            service,
            credential(
                "crd_1",
                "NAME",
                null,
                version("crd_1", 2, "{\"k\":\"new\"}", HOST, null),
                version("crd_1", 1, "{\"k\":\"old\"}", HOST, now.plusSeconds(10))));

    List<String> presented = new ArrayList<>();
    opened(open(project, service)).forEach(c -> presented.addAll(headers(c).values()));
    assertThat(presented).containsExactly("Bearer new", "Bearer old");

    now = now.plusSeconds(10);
    assertThat(opened(open(project, service))).hasSize(1);
  }

  @Test
  void doesWithoutAReplacedVersionThatMayNotBeSentHere() {
    CredentialSnapshot moved =
        credential(
            "crd_1",
            "NAME",
            null,
            version("crd_1", 2, "{\"k\":\"new\"}", HOST, null),
            version("crd_1", 1, "{\"k\":\"old\"}", "old.example.com", now.plusSeconds(10)));

    assertThat(opened(open(service(new Presentation.Bearer(null), Map.of(), "crd_1"), moved)))
        .hasSize(1);
  }

  @Test
  void opensOnceForOneSnapshotAndAnewForTheNext() {
    ServiceSnapshot service = service(new Presentation.Bearer(null), Map.of(), "crd_1");
    ProjectSnapshot before = project(service, credential("crd_1", "NAME", "{\"k\":\"old\"}"));
    Opening first = open(before, service);
    assertThat(open(before, service)).isSameAs(first);

    ServiceSnapshot reloaded = service(new Presentation.Bearer(null), Map.of(), "crd_1");
    ProjectSnapshot after = project(reloaded, credential("crd_1", "NAME", "{\"k\":\"new\"}"));

    assertThat(headers(opened(open(after, reloaded)).getFirst()))
        .containsEntry("authorization", "Bearer new");
  }

  @Test
  void printsNoSecret() {
    List<UpstreamCredential> all =
        opened(
            open(
                service(new Presentation.Bearer(null), Map.of(), "crd_1"),
                credential("crd_1", "NAME", "{\"api_key\":\"canary\"}")));

    assertThat(all.toString()).doesNotContain("canary");
  }
}

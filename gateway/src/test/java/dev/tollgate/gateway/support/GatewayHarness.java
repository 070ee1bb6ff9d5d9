package dev.tollgate.gateway.support;

import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.NewDataKey;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.gateway.GatewayApplication;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.SigningSecret;
import dev.tollgate.gateway.snapshot.UnknownPrice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * The gateway as it is, on a port of its own on loopback, with all its filters and real secrets;
 * only the database is left out: snapshots come from {@link #snapshots()}, prices from {@link
 * #prices()}, usage rows go to {@link #usage()}. Providers on loopback are allowed.
 */
public final class GatewayHarness implements AutoCloseable {

  public static final String ORGANIZATION = "org_test";

  private final InMemorySnapshots snapshots = new InMemorySnapshots();
  private final RecordedUsage usage = new RecordedUsage();
  private final InMemoryPrices prices = new InMemoryPrices();
  private final InMemoryBudgets budgets = new InMemoryBudgets();
  private final AtomicInteger keys = new AtomicInteger();
  private final Path directory;
  private final KeyDigester digester;
  private final Envelope envelope;
  private final ConfigurableApplicationContext context;

  private GatewayHarness(String... properties) {
    this.directory = temporaryDirectory();
    Path keysetFile = directory.resolve("keyset.json");
    Path pepperFile = directory.resolve("pepper.json");
    this.envelope = new Envelope(KeyEncryptionKeys.create(keysetFile));
    this.digester = new KeyDigester(PepperSet.create(pepperFile));
    List<String> arguments = new ArrayList<>();
    arguments.add("--tollgate.crypto.keyset-file=" + keysetFile);
    arguments.add("--tollgate.crypto.pepper-file=" + pepperFile);
    arguments.add("--tollgate.outbound.allowed-networks=127.0.0.0/8");
    arguments.add("--server.port=0");
    addUnlessGiven("server.address=127.0.0.1", arguments, properties);
    addUnlessGiven("server.shutdown=immediate", arguments, properties);
    arguments.add("--management.server.port=-1");
    arguments.add("--tollgate.journal.directory=" + directory.resolve("journal"));
    addUnlessGiven("tollgate.journal.segment-size=64KB", arguments, properties);
    // Never connected to: what would use it is replaced.
    arguments.add("--spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:1/none");
    arguments.add("--spring.r2dbc.username=none");
    arguments.add("--spring.r2dbc.password=none");
    arguments.add("--spring.main.allow-bean-definition-overriding=true");
    Stream.of(properties).map(property -> "--" + property).forEach(arguments::add);
    this.context =
        GatewayApplication.builder()
            .initializers((GenericApplicationContext beans) -> replaceDatabase(beans))
            .run(arguments.toArray(String[]::new));
  }

  /**
   * Starts a gateway.
   *
   * @param properties {@code name=value}, over the gateway's own defaults
   */
  public static GatewayHarness start(String... properties) {
    return new GatewayHarness(properties);
  }

  private static void addUnlessGiven(
      String property, List<String> arguments, String... properties) {
    String name = property.substring(0, property.indexOf('=') + 1);
    if (Stream.of(properties).noneMatch(given -> given.startsWith(name))) {
      arguments.add("--" + property);
    }
  }

  /** A bean that is there under a configuration's name before it is read stays. */
  private void replaceDatabase(GenericApplicationContext beans) {
    beans.registerBean("snapshots", InMemorySnapshots.class, () -> snapshots);
    beans.registerBean("usageWriter", RecordedUsage.class, () -> usage);
    beans.registerBean("prices", InMemoryPrices.class, () -> prices);
    beans.registerBean("budgetStore", InMemoryBudgets.class, () -> budgets);
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("tollgate-gateway");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InMemorySnapshots snapshots() {
    return snapshots;
  }

  public RecordedUsage usage() {
    return usage;
  }

  public InMemoryPrices prices() {
    return prices;
  }

  public InMemoryBudgets budgets() {
    return budgets;
  }

  public int port() {
    WebServer server = ((WebServerApplicationContext) context).getWebServer();
    return Objects.requireNonNull(server).getPort();
  }

  /** {@code http://127.0.0.1:<port><path>}. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** The bean of this type, for what cannot be seen from outside. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Puts a project with these services, in place of one with the same id. */
  public void putProject(String projectId, TestService... services) {
    putProject(projectId, List.of(), services);
  }

  /** Puts a project under these policies. */
  public void putProject(String projectId, List<CompiledPolicy> policies, TestService... services) {
    putProject(projectId, policies, UnknownPrice.ALLOW, services);
  }

  /** Puts a project that serves models without a price so. */
  public void putProject(String projectId, UnknownPrice unknownPrice, TestService... services) {
    putProject(projectId, List.of(), unknownPrice, services);
  }

  private void putProject(
      String projectId,
      List<CompiledPolicy> policies,
      UnknownPrice unknownPrice,
      TestService... services) {
    Map<String, CredentialSnapshot> credentials = new LinkedHashMap<>();
    for (TestService service : services) {
      if (service.secret() != null) {
        CredentialSnapshot sealed = seal(projectId, service.snapshot(), service.secret());
        credentials.put(sealed.credentialId(), sealed);
      }
    }
    snapshots.put(
        new ProjectSnapshot(
            projectId,
            ORGANIZATION,
            policies,
            null,
            Set.of(),
            inOrder(services),
            Map.copyOf(credentials),
            null,
            unknownPrice));
  }

  private static List<ServiceSnapshot> inOrder(TestService... services) {
    return Stream.of(services)
        .map(TestService::snapshot)
        .sorted(
            Comparator.comparingInt(ServiceSnapshot::priority).thenComparing(ServiceSnapshot::name))
        .toList();
  }

  private CredentialSnapshot seal(String projectId, ServiceSnapshot service, String secret) {
    String credentialId = "crd_" + service.name();
    String hostAndPort = service.baseUrl().getHost() + ":" + service.baseUrl().getPort();
    Set<String> hosts = Set.of(hostAndPort);
    SecretBinding binding = new SecretBinding(ORGANIZATION, projectId, credentialId, 1, hosts);
    NewDataKey key =
        envelope.newDataKey(new DataKeyOwner(ORGANIZATION, projectId)).toCompletableFuture().join();
    String plain = "{\"api_key\":\"" + secret + "\"}";
    byte[] sealed = key.dataKey().seal(SecretString.of(plain).utf8(), binding);
    return new CredentialSnapshot(
        credentialId,
        ORGANIZATION,
        projectId,
        service.name(),
        null,
        null,
        List.of(
            new CredentialSnapshot.Version(
                1, new CredentialSnapshot.Sealed(sealed, key.wrapped()), hosts, Map.of(), null)));
  }

  /** Makes a virtual key for a project, of no environment and without a policy. */
  public String newKey(String projectId) {
    return newKey(projectId, null);
  }

  /** Makes a virtual key of an environment under these policies. */
  public String newKey(String projectId, @Nullable String environment, CompiledPolicy... policies) {
    String keyId = "key_" + keys.incrementAndGet();
    return newKey(
        new KeySnapshot(
            keyId,
            ORGANIZATION,
            null,
            List.of(projectId),
            environment,
            null,
            false,
            null,
            null,
            false,
            null,
            List.of(policies),
            "{}"));
  }

  /** Makes a virtual key that is what {@code snapshot} says. */
  public String newKey(KeySnapshot snapshot) {
    String key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY).reveal(SecretAccess.granted());
    snapshots.put(digester.digest(key), snapshot);
    return key;
  }

  /** Seals a secret that this key may sign with, as the admin API does. */
  public SigningSecret signingSecret(
      String projectId, String keyId, int version, SecretString secret, @Nullable Instant until) {
    NewDataKey key =
        envelope.newDataKey(new DataKeyOwner(ORGANIZATION, projectId)).toCompletableFuture().join();
    SecretBinding binding = new SecretBinding(ORGANIZATION, projectId, keyId, version, Set.of());
    byte[] sealed = key.dataKey().seal(secret.utf8(), binding);
    return new SigningSecret(
        version, projectId, new CredentialSnapshot.Sealed(sealed, key.wrapped()), until);
  }

  /** Changes the key of this id, whatever its value is. */
  public void replaceKey(TestKey key) {
    snapshots.replace(key.snapshot());
  }

  @Override
  public void close() throws IOException {
    context.close();
    FileSystemUtils.deleteRecursively(directory);
  }
}

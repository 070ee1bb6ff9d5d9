package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.deploy.e2e.Admin;
import dev.tollgate.deploy.e2e.PostgresProcess;
import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.launcher.RunningTollgate;
import dev.tollgate.deploy.launcher.SecondGateway;
import dev.tollgate.deploy.launcher.Tollgate;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.function.SingletonSupplier;
import redis.embedded.core.ExecutableProvider;
import tools.jackson.databind.json.JsonMapper;

/**
 * PostgreSQL, Redis, two gateways in processes of their own and a provider that bills, for all
 * tests of a JVM. Whoever kills or freezes a part of it leaves it running and ready.
 */
final class MoneyBed implements AutoCloseable {

  /** How long a permit outlives its gateway, in both. */
  static final Duration PERMIT_LEASE = Duration.ofSeconds(5);

  private static final List<String> LOOPBACK = List.of("127.0.0.0/8");
  private static final String PROVIDER_KEY = "sk-provider-of-the-money-tests";
  private static final Path LOGS = Path.of("target", "money-logs");
  private static final Supplier<MoneyBed> SHARED = SingletonSupplier.of(MoneyBed::startShared);
  private static final Duration RESTART = Duration.ofSeconds(60);
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Path directory;
  private final Tollgate tollgate;
  private final BillingProvider provider = new BillingProvider();
  private final int redisPort = ServerProcess.freePort();
  private final ServerProcess redis;
  private final FastStart fastStart;
  private final List<Replica> replicas;
  private final Admin admin;

  /** A gateway and where it listens. */
  record Replica(URI url, ServerProcess process) {}

  private MoneyBed() throws IOException {
    directory = Files.createTempDirectory("tollgate-money");
    Files.createDirectories(LOGS);
    fastStart = new FastStart(directory);
    redis = ServerProcess.start(redisCommand(), () -> listens(redisPort));
    tollgate =
        Tollgate.start(RunningTollgate.options(directory.resolve("data")).allowing(LOOPBACK));
    admin = new Admin(tollgate.adminUrl(), tollgate.rootKey().reveal(SecretAccess.granted()));
    redis.awaitReady();
    makeCache();
    replicas = List.of(startReplica("a", Duration.ZERO), startReplica("b", Duration.ZERO));
    replicas.forEach(replica -> replica.process().awaitReady());
  }

  static MoneyBed shared() {
    return SHARED.get();
  }

  private static MoneyBed startShared() {
    try {
      MoneyBed bed = new MoneyBed();
      Runtime.getRuntime().addShutdownHook(new Thread(bed::close));
      return bed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeCache() {
    Replica first = startReplica(fastStart.first(GatewayProcess.class), "first", Duration.ZERO);
    first.process().awaitReady();
    call(first);
    first.process().stop();
  }

  /** So that the cache has also what answers requests. */
  private void call(Replica gateway) {
    provider.price("first", new Price(0, 0));
    Tenant.Key key = customer().keyFor(1_000);
    for (Fate fate : List.of(Fate.WHOLE, Fate.STREAM, Fate.LEFT)) {
      var _ = clients().call(gateway.url(), key, Call.of("first-" + fate, fate, "first", 10));
    }
  }

  private ProcessBuilder redisCommand() throws IOException {
    String program = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    return new ProcessBuilder(
            program, "--port", Integer.toString(redisPort), "--bind", "127.0.0.1", "--save", "")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * A further gateway; returns before it is ready.
   *
   * @param clockAhead of the machine's
   */
  Replica startReplica(String name, Duration clockAhead) {
    return startReplica(fastStart.next(GatewayProcess.class), name, clockAhead);
  }

  private Replica startReplica(ProcessBuilder command, String name, Duration clockAhead) {
    int port = ServerProcess.freePort();
    URI url = URI.create("http://127.0.0.1:" + port);
    // Where no list of processes shows it.
    command.environment().put("SPRING_APPLICATION_JSON", properties(name, port));
    command.environment().put(GatewayProcess.CLOCK_AHEAD, clockAhead.toString());
    File log = LOGS.resolve("gateway-" + name + ".log").toFile();
    command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    return new Replica(url, ServerProcess.start(command, () -> isReady(url)));
  }

  private String properties(String name, int port) {
    Map<String, String> properties =
        SecondGateway.properties(
            tollgate, directory.resolve("data"), tollgate.database().port(), port, LOOPBACK);
    properties.put("tollgate.redis.url", "redis://127.0.0.1:" + redisPort);
    properties.put("tollgate.journal.directory", directory.resolve("journal-" + name).toString());
    properties.put("spring.reactor.netty.shutdown-quiet-period", "0s");
    properties.put("tollgate.concurrency.lease", PERMIT_LEASE.toSeconds() + "s");
    // So that a stream of a few dozen words takes some.
    properties.put("tollgate.admission.first-step-tokens", "32");
    properties.put("tollgate.admission.longest-step-tokens", "128");
    return JsonMapper.builder().build().writeValueAsString(properties);
  }

  private static boolean isReady(URI gateway) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(gateway.resolve("/health/ready"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }
  }

  /** A new organization with one project, which reaches the provider as OpenAI. */
  Customer customer() {
    return customer(provider.baseUrl());
  }

  /** One that reaches another provider. */
  Customer customer(URI provider) {
    Tenant tenant = Tenant.in(admin, "customer " + NAMES.incrementAndGet());
    return new Customer(this, tenant.withProvider("openai", provider, PROVIDER_KEY));
  }

  /** The provider under a further name. */
  void connect(Tenant tenant, String name) {
    var _ = tenant.withProvider(name, provider.baseUrl(), PROVIDER_KEY);
  }

  Admin admin() {
    return admin;
  }

  BillingProvider provider() {
    return provider;
  }

  Clients clients() {
    return new Clients(provider);
  }

  /** Of both gateways. */
  List<URI> gateways() {
    return replicas.stream().map(Replica::url).toList();
  }

  Replica replica(int number) {
    return replicas.get(number);
  }

  ServerProcess redis() {
    return redis;
  }

  PostgresProcess postgres() {
    return PostgresProcess.in(directory.resolve("data").resolve("postgres"));
  }

  /** After a crash; returns when it takes connections again. */
  void restart(PostgresProcess postgres) {
    postgres.restart();
    await().atMost(RESTART).pollInterval(Duration.ofMillis(50)).until(() -> books().areOpen());
  }

  /** Returns when the admin API serves again, whatever was killed before. */
  void awaitAdmin() {
    await()
        .atMost(RESTART)
        .untilAsserted(() -> assertThat(admin.get("/v1/organizations?limit=1")).isNotEmpty());
  }

  Books books() {
    return new Books(tollgate.database());
  }

  @Override
  public void close() {
    replicas.forEach(replica -> replica.process().close());
    redis.close();
    tollgate.close();
    provider.close();
    try {
      FileSystemUtils.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

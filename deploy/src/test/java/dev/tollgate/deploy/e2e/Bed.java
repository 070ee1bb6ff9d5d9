package dev.tollgate.deploy.e2e;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.deploy.launcher.RunningTollgate;
import dev.tollgate.deploy.launcher.Tollgate;
import dev.tollgate.deploy.simulator.RecordedRequest;
import dev.tollgate.deploy.simulator.Simulator;
import dev.tollgate.deploy.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * One Tollgate and one simulated provider for all tests of a JVM, as the launcher wires them. Tests
 * keep out of each other's way by having a {@link Tenant} of their own.
 */
final class Bed implements AutoCloseable {

  /** Where the simulator listens, and nothing else. */
  static final List<String> LOOPBACK = List.of("127.0.0.0/8");

  /** What the simulator takes; no client may ever see it. */
  static final String PROVIDER_KEY = "sk-provider-Zq7TnWb4RkVx2LcY9mHsDf3J";

  /** Passes to every provider, so that a test finds its own requests there. */
  static final String CLIENT_REQUEST_ID = "x-client-request-id";

  /** The only address of loopback whose word about the client counts. */
  static final String TRUSTED_PROXY = "127.0.0.9";

  /**
   * Of {@code countries.mmdb}, in which 127.0.0.1 is in Germany and 127.0.0.3 in the United States;
   * nobody knows where the others are. The gateway's tests have the class that wrote it.
   */
  private static final Path COUNTRIES = Path.of("src", "test", "resources", "countries.mmdb");

  private static final Supplier<Bed> SHARED = SingletonSupplier.of(Bed::startShared);
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Path directory;
  private final Tollgate tollgate;
  private final Simulator simulator;
  private final Admin admin;

  private Bed(Path directory, Tollgate tollgate, Simulator simulator) {
    this.directory = directory;
    this.tollgate = tollgate;
    this.simulator = simulator;
    this.admin = new Admin(tollgate.adminUrl(), rootKey(tollgate));
  }

  static Bed shared() {
    return SHARED.get();
  }

  private static Bed startShared() {
    Bed bed =
        startWith(
            Map.of(
                "tollgate.network.trusted-proxies",
                TRUSTED_PROXY,
                "tollgate.network.country-database",
                COUNTRIES.toAbsolutePath().toString()));
    Runtime.getRuntime().addShutdownHook(new Thread(bed::close));
    CostCases.makePrices(bed);
    return bed;
  }

  /** The applications read what the launcher does not set from the system's properties. */
  static Bed startWith(Map<String, String> properties) {
    properties.forEach(System::setProperty);
    try {
      return start(PROVIDER_KEY);
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  /** One of its own, for a test that looks at a whole life; its simulator takes these keys. */
  static Bed start(String... providerKeys) {
    Path directory = temporaryDirectory();
    Tollgate tollgate =
        Tollgate.start(RunningTollgate.options(directory.resolve("data")).allowing(LOOPBACK));
    return new Bed(directory, tollgate, Simulator.start(SimulatorOptions.accepting(providerKeys)));
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("tollgate-e2e");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    simulator.close();
    tollgate.close();
    try {
      FileSystemUtils.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path dataDirectory() {
    return directory.resolve("data");
  }

  private static String rootKey(Tollgate tollgate) {
    return tollgate.rootKey().reveal(SecretAccess.granted());
  }

  Tollgate tollgate() {
    return tollgate;
  }

  Simulator simulator() {
    return simulator;
  }

  Admin admin() {
    return admin;
  }

  String rootKey() {
    return rootKey(tollgate);
  }

  URI gateway() {
    return tollgate.gatewayUrl();
  }

  RawHttp http() {
    return new RawHttp(gateway());
  }

  /** As a client at that address of loopback. */
  RawHttp httpFrom(String address) {
    return new RawHttp(gateway(), address);
  }

  /** The one request with that {@code x-client-request-id} which the provider got. */
  RecordedRequest upstream(String id) {
    List<RecordedRequest> found = upstreams(id);
    if (found.size() != 1) {
      throw new AssertionError("the provider got " + found.size() + " requests of id " + id);
    }
    return found.getFirst();
  }

  /** All requests with that {@code x-client-request-id} which the provider got. */
  List<RecordedRequest> upstreams(String id) {
    return simulator.requests().stream()
        .filter(request -> id.equals(request.header(CLIENT_REQUEST_ID)))
        .toList();
  }

  /** A new organization with one project, which has no providers yet. */
  Tenant tenant() {
    return Tenant.in(admin, "tenant " + NAMES.incrementAndGet());
  }

  /** A new tenant that reaches the simulator as OpenAI, Anthropic and Gemini. */
  Tenant tenantWithProviders() {
    return withProviders(tenant());
  }

  Tenant withProviders(Tenant tenant) {
    return tenant
        .withProvider("openai", simulator.baseUrl(), PROVIDER_KEY)
        .withProvider("anthropic", simulator.baseUrl(), PROVIDER_KEY)
        .withProvider("gemini", simulator.baseUrl(), PROVIDER_KEY);
  }
}

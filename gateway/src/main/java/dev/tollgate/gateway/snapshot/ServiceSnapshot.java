package dev.tollgate.gateway.snapshot;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.policy.ModelGlob;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that a project may use.
 *
 * @param name unique in the project; the first segment of {@code /{service}/**}
 * @param provider the kind in the catalogue
 * @param protocols those of the three that it speaks; empty for one that is only passed through to
 * @param presentation how its credential is presented
 * @param headers header name to template; {@code {{NAME}}} and {@code {{NAME.field}}} stand for
 *     secrets
 * @param models what it serves; null: every model of its protocol
 * @param priority the lower number is chosen first
 * @param environment the one that it serves; null: all
 * @param definition what the catalogue says of its provider
 */
public record ServiceSnapshot(
    String serviceId,
    String name,
    String provider,
    Set<Protocol> protocols,
    URI baseUrl,
    Presentation presentation,
    Map<String, String> headers,
    @Nullable List<ServedModel> models,
    int priority,
    @Nullable String environment,
    Timeouts timeouts,
    @Nullable String credentialId,
    ProviderDefinition definition) {

  /** Who answers the request; set by the provider selection stage. */
  public static final StateKey<ServiceSnapshot> KEY = StateKey.named("service");

  /** Provider kinds that run models, but speak none of the three protocols. */
  private static final Set<String> OF_THEIR_OWN_KIND =
      Set.of("bedrock", "cohere", "elevenlabs", "huggingface", "replicate", "stability");

  /** Provider kinds to which a body's {@code model} is no model: it has another name there. */
  private static final Set<String> NAMING_OTHERWISE = Set.of("elevenlabs", "replicate");

  /** Whether a body's {@code model} tells which one runs. */
  public boolean runsModelOfBody() {
    return !NAMING_OTHERWISE.contains(provider);
  }

  /** Whether models stand behind it, so that rules for models and features have a meaning. */
  public boolean runsModels() {
    return !protocols.isEmpty() || OF_THEIR_OWN_KIND.contains(provider);
  }

  /** How a credential is presented to the provider. */
  public sealed interface Presentation {
    /** {@code Authorization: Bearer <field>}. */
    record Bearer(@Nullable String field) implements Presentation {}

    /** {@code <name>: <field>}. */
    record Header(String name, @Nullable String field) implements Presentation {}

    /** {@code ?<name>=<field>}. */
    record Query(String name, @Nullable String field) implements Presentation {}

    /** HTTP Basic; both parts are templates over the credential's fields. */
    record Basic(String username, String password) implements Presentation {}

    /** {@code <name>: <template over the credential's fields>}. */
    record Template(String name, String value) implements Presentation {}

    /** The provider asks for none. */
    record None() implements Presentation {}

    /**
     * One that this gateway cannot present, such as a request signature; its service is refused.
     */
    record Unsupported(String type) implements Presentation {}
  }

  /**
   * @param name a model name or a glob
   * @param upstreamName what the provider calls it; null: the same
   * @param glob the compiled name
   */
  public record ServedModel(String name, @Nullable String upstreamName, ModelGlob glob) {

    public ServedModel(String name, @Nullable String upstreamName) {
      this(name, upstreamName, ModelGlob.compile(name));
    }

    public boolean serves(String model) {
      return glob.matches(model);
    }
  }

  /** The service's own time-outs; null: the route's hold. */
  public record Timeouts(
      @Nullable Duration connect,
      @Nullable Duration firstByte,
      @Nullable Duration betweenChunks,
      @Nullable Duration total) {

    public static final Timeouts NONE = new Timeouts(null, null, null, null);
  }

  /**
   * What the catalogue says of a provider kind.
   *
   * @param clientAuthHeaders lower-case names of headers by which its own clients present a key
   * @param requestHeaders lower-case names of its documented request headers
   * @param responseHeaders lower-case names of its documented response headers
   * @param knowsStreamUsage whether it understands {@code stream_options.include_usage}
   * @param versionPrefix the path under the base URL that stands for {@code /v1}; null: the
   *     request's own
   */
  public record ProviderDefinition(
      Set<String> clientAuthHeaders,
      Set<String> requestHeaders,
      Set<String> responseHeaders,
      boolean knowsStreamUsage,
      @Nullable String versionPrefix) {}
}

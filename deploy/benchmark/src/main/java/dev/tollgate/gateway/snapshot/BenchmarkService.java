package dev.tollgate.gateway.snapshot;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ProviderDefinition;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** A service such as the catalogue makes for OpenAI. */
public final class BenchmarkService {

  public static final String HOST = "api.openai.com";
  public static final String CREDENTIAL = "crd_1";

  private BenchmarkService() {}

  /** A new snapshot, with the credential {@value #CREDENTIAL}. */
  public static ServiceSnapshot create() {
    return new ServiceSnapshot(
        "svc_1",
        "openai",
        "openai",
        Set.of(Protocol.OPENAI),
        URI.create("https://" + HOST),
        new Presentation.Bearer(null),
        Map.of(),
        null,
        100,
        null,
        Timeouts.NONE,
        CREDENTIAL,
        new ProviderDefinition(
            Set.of("authorization"),
            Set.of("openai-organization", "openai-project", "x-stainless-*"),
            Set.of("openai-version", "x-envoy-*"),
            true,
            null));
  }
}

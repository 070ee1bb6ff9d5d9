package dev.tollgate.gateway.policy;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.subject.FullPolicy;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that one request asks of a key's policy with every field set, from where it comes to
 * which provider answers it: 200 model globs, 1,000 networks. What stays out is what is no question
 * to a policy: the HMAC of a signature, and the country of an address.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyCheckBenchmark {

  private static final Features USED = Features.of(Feature.CHAT_COMPLETION, Feature.STREAMING);

  private final AppliedPolicies policies =
      AppliedPolicies.of(
          List.of(),
          List.of(
              PolicyDocuments.compile(
                  JsonMapper.shared().writeValueAsString(FullPolicy.members()))));
  private final RequestOrigin origin =
      new RequestOrigin(
          InetAddress.ofLiteral(Target.CLIENT_ADDRESS),
          true,
          "DE",
          Target.ORIGIN,
          Target.REFERER,
          Target.USER_AGENT);

  @Benchmark
  public void wholeCheck(Blackhole out) {
    out.consume(policies.signature());
    require(NetworkAccess.nameCountries(policies));
    require(NetworkAccess.refusal(policies, origin) == null);
    require(ModelAccess.refusal(policies, Target.MODEL) == null);
    require(OperationAccess.refusal(policies, false) == null);
    require(FeatureAccess.refusal(policies, USED) == null);
    require(ProviderAccess.refusal(policies, "openai", "openai") == null);
    out.consume(DataAccess.keepsRequest(policies));
    out.consume(DataAccess.keepsResponse(policies));
  }

  @Benchmark
  public Object whereFrom() {
    return NetworkAccess.refusal(policies, origin) == null;
  }

  @Benchmark
  public Object model() {
    return ModelAccess.refusal(policies, Target.MODEL) == null;
  }

  /** Whatever is refused costs less than it should. */
  private static void require(boolean passes) {
    if (!passes) {
      throw new IllegalStateException("the full policy refuses the benchmark's request");
    }
  }
}

package dev.tollgate.gateway.policy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Whether a model is allowed, by lists of which none matches early. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyBenchmark {

  @Param({"1", "100"})
  public int globs;

  private ModelRules rules = ModelRules.UNRESTRICTED;

  /** The pattern that allows stands last, the denied ones never match. */
  @Setup
  public void compile() {
    List<String> others =
        IntStream.range(1, globs).mapToObj("other-model-%d-*"::formatted).toList();
    List<String> allowed =
        IntStream.rangeClosed(1, globs)
            .mapToObj(i -> i == globs ? "gpt-4*-mini" : "x-%d-*".formatted(i))
            .toList();
    rules = ModelRules.compile(allowed, others);
  }

  @Benchmark
  public boolean modelAllowed() {
    return rules.allows("gpt-4o-mini");
  }
}

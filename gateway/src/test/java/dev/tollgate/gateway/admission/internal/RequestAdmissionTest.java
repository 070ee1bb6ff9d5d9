package dev.tollgate.gateway.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.support.TestDemand;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestAdmissionTest {

  private static final Demand DEMAND = TestDemand.under(List.of()).tokens(1, 1).cost(1).demand();

  private final List<String> told = new ArrayList<>();
  private final RequestAdmission admission = admission();

  private static RequestAdmission admission() {
    return new RequestAdmission(
        new Terms(DEMAND, null, null, Pieces.NONE, Output.TAKEN),
        tokens -> new Unsettled(tokens, null),
        100);
  }

  @BeforeEach
  void holdOneThatFailsBetweenTwo() {
    admission.hold(new Told("first", new IllegalArgumentException("no")));
    admission.hold(new Told("second", new AssertionError("no")));
    admission.hold(new Told("third", null));
  }

  /** Tells of what it is told, and then fails. */
  private final class Told implements Permit {

    private final String name;
    private final @Nullable Throwable failure;

    Told(String name, @Nullable Throwable failure) {
      this.name = name;
      this.failure = failure;
    }

    private void tell(String what) {
      told.add(name + " " + what);
      switch (failure) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
    }

    @Override
    public void settle(Spent spent) {
      tell("settled " + spent.inputTokens());
    }

    @Override
    public void release() {
      tell("released");
    }

    @Override
    public Runnable whenStored() {
      return () -> tell("stored");
    }
  }

  @Test
  void settlesEveryPermitOnceWhicheverFails() {
    admission.settle(new TokenUsage(7, 1, 0, 0, 0), null);
    admission.settle(new TokenUsage(8, 1, 0, 0, 0), null);
    admission.release();
    admission.whenStored().run();

    assertThat(told)
        .containsExactly(
            "first settled 7",
            "second settled 7",
            "third settled 7",
            "first stored",
            "second stored",
            "third stored");
  }

  private Runnable settled(List<WeakReference<RequestAdmission>> left) {
    RequestAdmission own = admission();
    left.add(new WeakReference<>(own));
    own.hold(new Told("only", null));
    own.settle(null, null);
    return own.whenStored();
  }

  @Test
  void keepsNothingElseOfTheRequestUntilItsRowIsStored() {
    List<WeakReference<RequestAdmission>> left = new ArrayList<>();
    Runnable whenStored = settled(left);

    await()
        .until(() -> {
          System.gc();
          return left.getFirst().refersTo(null);
        });
    whenStored.run();

    assertThat(told).containsExactly("only settled 0", "only stored");
  }

  @Test
  void releasesEveryPermitWhicheverFails() {
    admission.release();

    assertThat(told).containsExactly("first released", "second released", "third released");
  }
}

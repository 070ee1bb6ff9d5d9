package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.prices.AnsweredModels.Answered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnsweredModelsTest {

  private final AtomicLong nanos = new AtomicLong();
  private final List<Answered> news = new ArrayList<>();
  private final AnsweredModels models = new AnsweredModels(news::add, nanos::get);

  private static Answered answered(String name) {
    return new Answered("svc_1", "mine", name);
  }

  @Test
  void tellsOnceWhatItHasSeen() {
    assertThat(models.nameOf("svc_1", "mine")).isNull();
    models.learn(answered("gpt-4o"));
    models.learn(answered("gpt-4o"));
    assertThat(models.nameOf("svc_1", "mine")).isEqualTo("gpt-4o");
    assertThat(models.nameOf("svc_2", "mine")).isNull();
    assertThat(news).containsExactly(answered("gpt-4o"));
  }

  @Test
  void followsARouterAndTellsOfItOnceAnHour() {
    for (int i = 0; i < 3; i++) {
      models.learn(answered("a"));
      models.learn(answered("b"));
    }
    assertThat(models.nameOf("svc_1", "mine")).isEqualTo("b");
    assertThat(news).containsExactly(answered("a"));
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    models.learn(answered("b"));
    models.learn(answered("c"));
    models.learn(answered("a"));
    assertThat(news).containsExactly(answered("a"), answered("b"));
  }

  @Test
  void hearsOfOthersWhatItHasNotSeenItself() {
    models.hear(answered("gpt-4o"));
    assertThat(models.nameOf("svc_1", "mine")).isEqualTo("gpt-4o");
    models.learn(answered("gpt-4o"));
    assertThat(news).isEmpty();
    models.learn(answered("o3"));
    models.hear(answered("gpt-4o"));
    assertThat(models.nameOf("svc_1", "mine")).isEqualTo("o3");
  }

  @Test
  void hearsAgainOfWhatItHasOnlyHeard() {
    models.hear(answered("gpt-4o"));
    models.hear(answered("o3"));
    assertThat(models.nameOf("svc_1", "mine")).isEqualTo("o3");
  }
}

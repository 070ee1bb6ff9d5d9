package dev.tollgate.deploy.launcher;

import java.util.function.Consumer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What belongs into a context's start. Either blocks, and throws where the start must fail.
 *
 * @param beforeServing when its beans are made, and before any of them starts
 * @param beforeReady when it serves, and before it says that it is ready; told the context
 */
record StartSteps(
    Runnable beforeServing, Consumer<? super ConfigurableApplicationContext> beforeReady) {

  static final StartSteps NONE = new StartSteps(() -> {}, _ -> {});
}

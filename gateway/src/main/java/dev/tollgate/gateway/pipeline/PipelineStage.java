package dev.tollgate.gateway.pipeline;

/**
 * The way of a request, in order. A filter names its stage and never a number; filters of route
 * YAML (which count from 1) run between {@link #FEATURE_ACCESS} and {@link #PROVIDER_CALL}'s
 * preparations, so no route can leave a check out or run before one.
 */
public enum PipelineStage {
  /** Sees how everything behind it ended. */
  AUDIT(-950),
  AUTHENTICATION(-900),
  PROJECT_SELECTION(-800),
  /** Nothing of the body has been read yet. */
  NETWORK_ACCESS(-750),
  SIGNATURE(-720),
  REQUEST_INSPECTION(-700),
  MODEL_ACCESS(-600),
  FEATURE_ACCESS(-550),
  MODEL_LIST(-500),
  PROVIDER_SELECTION(10_000),
  /** After the choice: a model that nobody serves takes nothing of any limit. */
  ADMISSION(10_050),
  PROVIDER_CREDENTIAL(10_100),
  USAGE_METERING(10_200),
  BODY_RECORDING(10_250),
  PROVIDER_CALL(10_300);

  private final int order;

  PipelineStage(int order) {
    this.order = order;
  }

  int order() {
    return order;
  }
}

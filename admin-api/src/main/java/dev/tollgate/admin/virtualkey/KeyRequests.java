package dev.tollgate.admin.virtualkey;

import static dev.tollgate.admin.document.Field.enforced;
import static dev.tollgate.admin.document.ValueRules.duration;
import static dev.tollgate.admin.document.ValueRules.flag;
import static dev.tollgate.admin.document.ValueRules.hours;
import static dev.tollgate.admin.document.ValueRules.text;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The small bodies of what is done to a key. */
final class KeyRequests {
  private static final int MAX_REASON = 500;
  private static final Duration MAX_DISABLED = Duration.ofDays(366);
  private static final Duration MAX_GRACE = Duration.ofDays(90);

  /** How long an old secret lives on that is not to be ended and has no stated end. */
  private static final Duration DEFAULT_GRACE = Duration.ofHours(24);

  static final DocumentShape DISABLE_SHAPE =
      shape(
          enforced("/reason", text(MAX_REASON)),
          enforced("/auto_enable_after", duration(Duration.ofSeconds(1), MAX_DISABLED)));
  static final DocumentShape REVOKE_SHAPE =
      shape(enforced("/reason", text(MAX_REASON)), enforced("/revoke_immediately", flag()));
  static final DocumentShape ROTATE_SHAPE =
      shape(enforced("/invalidate_old", flag()), enforced("/grace_period_hours", hours(MAX_GRACE)));

  private static final DocumentReader DISABLE = new DocumentReader(DISABLE_SHAPE);
  private static final DocumentReader REVOKE = new DocumentReader(REVOKE_SHAPE);
  private static final DocumentReader ROTATE = new DocumentReader(ROTATE_SHAPE);
  private static final DocumentReader NOTHING = new DocumentReader(shape());

  private KeyRequests() {}

  private static DocumentShape shape(Field... fields) {
    return new DocumentShape(List.of(fields), List.of(), List.of());
  }

  /**
   * @param autoEnableAfter null: until it is enabled
   */
  record Disable(@Nullable String reason, @Nullable Duration autoEnableAfter) {
    static Disable of(ObjectNode body, Instant now) {
      ObjectNode read = DISABLE.read(body, now).orRefuse();
      return new Disable(
          read.path("reason").asString(null),
          read.has("auto_enable_after")
              ? Duration.ofSeconds(read.required("auto_enable_after").longValue())
              : null);
    }
  }

  /**
   * @param immediately false: streams in flight may end
   */
  record Revoke(@Nullable String reason, boolean immediately) {
    static Revoke of(ObjectNode body, Instant now) {
      ObjectNode read = REVOKE.read(body, now).orRefuse();
      return new Revoke(
          read.path("reason").asString(null), read.path("revoke_immediately").asBoolean(true));
    }
  }

  /**
   * @param grace for how long the old secret still works; zero: not at all
   */
  record Rotate(Duration grace) {
    static Rotate of(ObjectNode body, Instant now) {
      ObjectNode read = ROTATE.read(body, now).orRefuse();
      if (read.has("grace_period_hours")) {
        return new Rotate(Duration.ofSeconds(read.required("grace_period_hours").longValue()));
      }
      boolean invalidateOld = read.path("invalidate_old").asBoolean(true);
      return new Rotate(invalidateOld ? Duration.ZERO : DEFAULT_GRACE);
    }
  }

  /** For calls that take no body: an empty object at most. */
  static void refuseAnyField(ObjectNode body, Instant now) {
    NOTHING.read(body, now).orRefuse();
  }
}

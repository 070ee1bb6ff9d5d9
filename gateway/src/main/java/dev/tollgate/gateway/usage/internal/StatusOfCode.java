package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.error.ErrorCode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The status that an error code is answered with. */
final class StatusOfCode {

  private static final Map<String, Integer> BY_CODE =
      Arrays.stream(ErrorCode.values())
          .collect(Collectors.toMap(ErrorCode::code, ErrorCode::status, (first, same) -> first));

  private StatusOfCode() {}

  static int of(@Nullable String code) {
    return code == null ? 500 : BY_CODE.getOrDefault(code, 500);
  }
}

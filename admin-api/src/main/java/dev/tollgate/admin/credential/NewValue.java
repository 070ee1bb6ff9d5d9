package dev.tollgate.admin.credential;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole new value of a credential.
 *
 * @param fields as {@code GET /v1/providers} describes
 * @param value short for the only secret field that the auth method requires
 * @param gracePeriodHours how long the old value stays as fallback; default: not at all
 * @param allowedHosts where the new value may be sent; default: as before
 */
public record NewValue(
    @Nullable @Size(max = 16) Map<String, String> fields,
    @Nullable String value,
    @Nullable @Min(0) @Max(720) Integer gracePeriodHours,
    @Nullable @Size(max = 32) List<@NotNull String> allowedHosts) {

  int graceHours() {
    return gracePeriodHours == null ? 0 : gracePeriodHours;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "NewValue[gracePeriodHours=" + gracePeriodHours + "]";
  }
}

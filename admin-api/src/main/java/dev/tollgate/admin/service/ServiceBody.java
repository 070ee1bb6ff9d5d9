package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.CredentialName;
import dev.tollgate.admin.provider.ServiceAuth;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a service can be written.
 *
 * @param baseUrl default: the catalogue's
 * @param auth default: the catalogue's
 * @param headers names, and values that may name secrets in doubled braces
 * @param models null: every model of its protocols
 * @param projects those that see it; of a project's own service always that one
 */
record ServiceBody(
    @CredentialName String name,
    @NotNull String provider,
    @Nullable @Size(max = 2048) String baseUrl,
    @Nullable String credentialId,
    @Nullable @Valid ServiceAuth auth,
    @Nullable @Size(max = 32) Map<String, @NotNull @Size(max = 4096) String> headers,
    @Nullable @Size(max = 1000) List<@NotNull @Valid ServedModel> models,
    @Nullable @Min(1) @Max(1000) Integer weight,
    @Nullable @Min(0) @Max(1000) Integer priority,
    @Nullable @Size(max = 1000) List<@NotNull String> projects,
    @Nullable @Valid Timeouts timeouts,
    @Nullable @Pattern(regexp = "[A-Za-z0-9_-]{1,64}") String environment) {

  Map<String, String> headerTemplates() {
    return headers == null ? Map.of() : headers;
  }

  List<String> projectIds() {
    return projects == null ? List.of() : projects;
  }
}

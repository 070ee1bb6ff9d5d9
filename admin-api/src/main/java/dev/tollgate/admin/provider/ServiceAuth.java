package dev.tollgate.admin.provider;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * How a service presents its credential.
 *
 * @param name of the header or the query parameter; of {@code header}, {@code query}, {@code
 *     template}
 * @param field the credential's field; default: its only secret field, else {@code api_key}
 * @param value of {@code template}, with fields of the credential in doubled braces
 * @param username of {@code basic}; a template as well
 * @param password of {@code basic}; a template as well
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceAuth(
    @NotNull Type type,
    @Nullable @Size(max = 128) String name,
    @Nullable @Size(max = 64) String field,
    @Nullable @Size(max = 1024) String value,
    @Nullable @Size(max = 1024) String username,
    @Nullable @Size(max = 1024) String password) {

  /** The kinds of presentation. */
  public enum Type {
    @JsonProperty("bearer")
    BEARER,
    @JsonProperty("header")
    HEADER,
    @JsonProperty("query")
    QUERY,
    @JsonProperty("basic")
    BASIC,
    @JsonProperty("template")
    TEMPLATE,
    @JsonProperty("none")
    NONE
  }

  /** Nothing is presented. */
  public static ServiceAuth none() {
    return new ServiceAuth(Type.NONE, null, null, null, null, null);
  }
}

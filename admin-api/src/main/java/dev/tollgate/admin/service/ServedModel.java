package dev.tollgate.admin.service;

import com.fasterxml.jackson.annotation.JsonCreator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that a service serves; as JSON also its bare name.
 *
 * @param name as clients name it; {@code *} stands for any characters
 * @param aliasOf the provider's own name; null: the same
 */
public record ServedModel(
    @NotNull @Pattern(regexp = "[\\x21-\\x7e]{1,256}") String name,
    @Nullable @Pattern(regexp = "[\\x21-\\x7e&&[^*]]{1,256}") String aliasOf) {

  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public ServedModel {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ServedModel of(String name) {
    return new ServedModel(name, null);
  }
}

package dev.tollgate.admin.provider;

import org.jspecify.annotations.Nullable;

/**
 * A field of a credential, as a form draws it.
 *
 * @param secret stored sealed and shown masked; otherwise clear
 * @param required must be given
 * @param url a URL whose host the secret may be sent to
 * @param label a part of a host name: lower-case letters, digits and hyphens only
 */
public record FieldSpec(
    String name,
    String title,
    @Nullable Boolean secret,
    @Nullable Boolean required,
    @Nullable Boolean url,
    @Nullable Boolean label) {

  public FieldSpec {
    secret = secret == null || secret;
    required = required == null || required;
    url = url != null && url;
    label = label != null && label;
  }
}

package dev.tollgate.admin.pricing;

import dev.tollgate.admin.schema.Ids;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A price of the catalogue.
 *
 * @param id made of all that it says, so that it is the same in every installation and a price that
 *     says something else is another one
 */
record ShippedPrice(String id, NewPrice price) {

  static ShippedPrice of(ObjectNode document, byte[] content) {
    NewPrice price = NewPrice.of(document);
    Instant from = Objects.requireNonNull(price.effectiveFrom(), price.model());
    return new ShippedPrice(Ids.ofContent("prc", from, sha256(content)), price);
  }

  /** Its columns, as text where JSON has no type for them. */
  Map<String, @Nullable Object> row() {
    Map<String, @Nullable Object> row = new HashMap<>();
    row.put("id", id);
    row.put("provider", price.provider());
    row.put("model", price.model());
    row.put("effective_from", Objects.requireNonNull(price.effectiveFrom()).toString());
    row.put("components", price.components());
    row.put("max_output_tokens", price.maxOutputTokens());
    row.put("context_tokens", price.contextTokens());
    row.put("source", price.source());
    row.put("source_date", Objects.requireNonNull(price.sourceDate()).toString());
    return row;
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

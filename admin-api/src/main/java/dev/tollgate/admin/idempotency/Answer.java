package dev.tollgate.admin.idempotency;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The answer to a POST.
 *
 * @param body as sent; null: none
 * @param withoutSecret as stored for a repetition: the same without what is shown once
 * @param version of the resource, for its entity tag; null: none
 */
public record Answer(
    HttpStatus status,
    @Nullable Object body,
    @Nullable Object withoutSecret,
    @Nullable Integer version) {

  /** 201 with a body that holds no secret. */
  public static Answer created(Object body, int version) {
    return new Answer(HttpStatus.CREATED, body, body, version);
  }

  /** 201 with a body that shows a secret, and the same without it. */
  public static Answer createdOnce(Object body, Object withoutSecret, int version) {
    return new Answer(HttpStatus.CREATED, body, withoutSecret, version);
  }

  /** 200 with a body that holds no secret and has no version. */
  public static Answer ok(Object body) {
    return new Answer(HttpStatus.OK, body, body, null);
  }

  /** 200 with a body that holds no secret. */
  public static Answer ok(Object body, int version) {
    return new Answer(HttpStatus.OK, body, body, version);
  }

  /** 200 with a body that shows a secret, and the same without it. */
  public static Answer okOnce(Object body, Object withoutSecret, int version) {
    return new Answer(HttpStatus.OK, body, withoutSecret, version);
  }

  /** 204. */
  public static Answer noContent() {
    return new Answer(HttpStatus.NO_CONTENT, null, null, null);
  }
}

package dev.tollgate.admin.problem;

/**
 * What is wrong with one member of a body.
 *
 * @param pointer RFC 6901, empty for the whole body
 * @param code stable, for programs
 * @param message for people; repeats no value, which may be a secret
 */
public record FieldError(String pointer, String code, String message) {}

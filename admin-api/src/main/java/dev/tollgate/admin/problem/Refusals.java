package dev.tollgate.admin.problem;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.pool.PoolAcquirePendingLimitException;

/**
 * Which refusal an exception means to the client; null: a fault of ours, of which it learns
 * nothing.
 */
final class Refusals {

  /** PostgreSQL's code of a statement that was ended by statement_timeout. */
  private static final String QUERY_CANCELED = "57014";

  /** PostgreSQL's code of a text with U+0000, which nothing that is stored can have. */
  private static final String NO_SUCH_CHARACTER = "22021";

  private static final String ENVIRONMENT_CONSTRAINT = "_of_environment\"";

  private Refusals() {}

  static @Nullable ProblemException of(Throwable failure) {
    if (failure instanceof ProblemException refusal) {
      return refusal;
    }
    if (hasCause(failure, DataBufferLimitException.class)) {
      return ProblemException.of(
          HttpStatus.CONTENT_TOO_LARGE, "body_too_large", "The body is too large.");
    }
    if (failure instanceof ResponseStatusException status) {
      return ofFramework(status);
    }
    if (failure instanceof DataIntegrityViolationException && namesEnvironment(failure)) {
      return ProblemException.unprocessable(
          "/environment", "unknown_environment", "The organization has no such environment.");
    }
    if (hasState(failure, NO_SUCH_CHARACTER)) {
      return ProblemException.badParameter(
          "invalid_parameter", "The request holds a character that no text can have.");
    }
    if (isUnavailable(failure)) {
      return ProblemException.of(
          HttpStatus.SERVICE_UNAVAILABLE, "service_unavailable", "The database does not answer.");
    }
    return failure instanceof DecodingException
        ? ProblemException.badRequest("", "invalid_json", "The body cannot be read.")
        : null;
  }

  private static ProblemException ofFramework(ResponseStatusException failure) {
    return switch (failure) {
      case MethodNotAllowedException _ ->
          ProblemException.of(
              HttpStatus.METHOD_NOT_ALLOWED,
              "method_not_allowed",
              "This resource does not take this method.");
      case UnsupportedMediaTypeStatusException _ ->
          ProblemException.of(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "unsupported_media_type",
              "The body must be application/json.");
      case NotAcceptableStatusException _ ->
          ProblemException.of(
              HttpStatus.NOT_ACCEPTABLE, "not_acceptable", "The answer is application/json.");
      case ServerWebInputException input ->
          ProblemException.badParameter("invalid_parameter", nameOf(input));
      default -> ofStatus(failure);
    };
  }

  private static ProblemException ofStatus(ResponseStatusException failure) {
    HttpStatus status = HttpStatus.resolve(failure.getStatusCode().value());
    return status == null || status == HttpStatus.NOT_FOUND || !status.is4xxClientError()
        ? ProblemException.notFound()
        : ProblemException.of(status, "invalid_request", status.getReasonPhrase());
  }

  private static String nameOf(ServerWebInputException input) {
    var parameter = input.getMethodParameter();
    String name = parameter == null ? null : parameter.getParameterName();
    return name == null
        ? "A part of the request cannot be read."
        : "The parameter " + name + " cannot be read.";
  }

  /** The foreign keys of what has an environment are called {@code …_of_environment}. */
  private static boolean namesEnvironment(Throwable violation) {
    return String.valueOf(violation.getMessage()).contains(ENVIRONMENT_CONSTRAINT);
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof CannotCreateTransactionException
        || failure instanceof DataAccessResourceFailureException
        || failure instanceof QueryTimeoutException
        || failure instanceof TransientDataAccessException
        || hasCause(failure, TimeoutException.class)
        || hasCause(failure, PoolAcquirePendingLimitException.class)
        || hasCause(failure, R2dbcTimeoutException.class)
        || hasCause(failure, R2dbcTransientResourceException.class)
        || hasCause(failure, R2dbcNonTransientResourceException.class)
        || (failure instanceof R2dbcException sql && QUERY_CANCELED.equals(sql.getSqlState()))
        || (hasCause(failure, R2dbcException.class) && hasCause(failure, IOException.class));
  }

  private static boolean hasState(Throwable failure, String state) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof R2dbcException sql && state.equals(sql.getSqlState())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}

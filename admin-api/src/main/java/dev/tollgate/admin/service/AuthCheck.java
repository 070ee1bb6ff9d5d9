package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.CredentialDirectory.Entry;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.provider.AuthMethod;
import dev.tollgate.admin.provider.Need;
import dev.tollgate.admin.provider.ProviderKind;
import dev.tollgate.admin.provider.ServiceAuth;
import dev.tollgate.admin.provider.Template;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Whether a service can present its credential in the way that it says. */
@Component
class AuthCheck {

  private static final Pattern QUERY_NAME = Pattern.compile("[A-Za-z0-9_.~-]{1,64}");
  private static final String DEFAULT_FIELD = "api_key";

  private final JsonBodies bodies;

  AuthCheck(JsonBodies bodies) {
    this.bodies = bodies;
  }

  /**
   * The auth to be stored; null: the kind's own holds.
   *
   * @throws ProblemException 400 or 422
   */
  @Nullable ServiceAuth check(
      ProviderKind kind, @Nullable ServiceAuth given, @Nullable Entry credential) {
    if (credential == null) {
      return withoutCredential(kind, given);
    }
    if (given == null && isKindsOwn(kind, credential)) {
      AuthMethod own = kind.authMethods().getFirst();
      refuseUnsupported(own);
      checkFields(bodies.read(own.auth(), ServiceAuth.class), credential);
      return null;
    }
    ServiceAuth auth = given == null ? ofCredential(kind, credential) : given;
    checkShape(auth);
    checkFields(auth, credential);
    return auth;
  }

  private static ServiceAuth withoutCredential(ProviderKind kind, @Nullable ServiceAuth given) {
    boolean none = given != null && given.type() == ServiceAuth.Type.NONE;
    boolean optional = given == null && kind.credential() == Need.OPTIONAL;
    if (!none && !optional) {
      throw ProblemException.unprocessable(
          "/credential_id", "credential_required", "this service needs a credential");
    }
    return ServiceAuth.none();
  }

  /** A credential of another kind is presented as the service's kind has it. */
  private static boolean isKindsOwn(ProviderKind kind, Entry credential) {
    return !credential.provider().equals(kind.name())
        || kind.authMethods().getFirst().name().equals(credential.authMethod());
  }

  private ServiceAuth ofCredential(ProviderKind kind, Entry credential) {
    AuthMethod method = kind.authMethod(credential.authMethod()).orElseThrow();
    refuseUnsupported(method);
    return bodies.read(method.auth(), ServiceAuth.class);
  }

  private static void refuseUnsupported(AuthMethod method) {
    if (!Boolean.TRUE.equals(method.supported())) {
      throw ProblemException.unprocessable(
          "/credential_id",
          "unsupported_auth_method",
          "services cannot present auth method " + method.name() + " yet");
    }
  }

  private static void checkShape(ServiceAuth auth) {
    boolean fits =
        switch (auth.type()) {
          case BEARER -> only(auth, null, null, null, null);
          case HEADER -> only(auth, auth.name(), null, null, null) && isHeader(auth.name());
          case QUERY -> only(auth, auth.name(), null, null, null) && isQuery(auth.name());
          case BASIC ->
              only(auth, null, null, auth.username(), auth.password())
                  && auth.field() == null
                  && isTemplate(auth.username())
                  && isTemplate(auth.password());
          case TEMPLATE ->
              only(auth, auth.name(), auth.value(), null, null)
                  && auth.field() == null
                  && isHeader(auth.name())
                  && isTemplate(auth.value());
          case NONE -> only(auth, null, null, null, null) && auth.field() == null;
        };
    if (!fits) {
      throw ProblemException.badRequest(
          "/auth", "invalid_value", "has not the members that its type asks for");
    }
  }

  private static boolean only(
      ServiceAuth auth,
      @Nullable String name,
      @Nullable String value,
      @Nullable String username,
      @Nullable String password) {
    return auth.equals(new ServiceAuth(auth.type(), name, auth.field(), value, username, password));
  }

  private static boolean isHeader(@Nullable String name) {
    return name != null && HeaderNames.isAllowed(name);
  }

  private static boolean isQuery(@Nullable String name) {
    return name != null && QUERY_NAME.matcher(name).matches();
  }

  private static boolean isTemplate(@Nullable String text) {
    return text != null && Template.parse(text).isPresent();
  }

  private static void checkFields(ServiceAuth auth, Entry credential) {
    boolean known =
        switch (auth.type()) {
          case BEARER, HEADER, QUERY -> hasField(auth.field(), credential);
          case BASIC ->
              namesFields(auth.username(), credential) && namesFields(auth.password(), credential);
          case TEMPLATE -> namesFields(auth.value(), credential);
          case NONE -> true;
        };
    if (!known) {
      throw ProblemException.unprocessable(
          "/auth", "unknown_field", "names a field that the credential has not");
    }
  }

  private static boolean hasField(@Nullable String field, Entry credential) {
    return field == null
        ? credential.secretFields().size() == 1 || credential.secretFields().contains(DEFAULT_FIELD)
        : credential.secretFields().contains(field);
  }

  private static boolean namesFields(@Nullable String text, Entry credential) {
    return text != null
        && Template.parse(text).orElseThrow().placeholders().stream()
            .allMatch(name ->
                credential.secretFields().contains(name)
                    || credential.clearFields().containsKey(name));
  }
}

package dev.tollgate.admin.member;

import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.problem.Title;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a member can be changed. */
record MemberBody(
    @Title String name,
    @Nullable @Email @Size(max = MemberBody.MAX_EMAIL) String email,
    @Nullable @Pattern(regexp = MemberBody.SUBJECT) String subject,
    @NotNull Role role,
    @Nullable @Size(max = MemberBody.MAX_PLACES) List<@NotNull String> projectIds,
    @Nullable @Size(max = MemberBody.MAX_PLACES) List<@NotNull String> teamIds,
    @Nullable Boolean disabled) {

  static final int MAX_EMAIL = 254;
  static final int MAX_PLACES = 1000;

  /** Visible ASCII: an OIDC subject is up to 255 ASCII characters, and none is invisible. */
  static final String SUBJECT = "[!-~]{1,255}";

  /** Each once, in their order. */
  List<String> projects() {
    return projectIds == null ? List.of() : projectIds.stream().distinct().toList();
  }

  /** Each once, in their order. */
  List<String> teams() {
    return teamIds == null ? List.of() : teamIds.stream().distinct().toList();
  }

  boolean isDisabled() {
    return Boolean.TRUE.equals(disabled);
  }

  boolean isActiveOwner() {
    return role == Role.OWNER && !isDisabled();
  }

  /** The same in no project and no team. */
  MemberBody nowhere() {
    return new MemberBody(name, email, subject, role, null, null, disabled);
  }

  /**
   * Refuses what no member of this type can be.
   *
   * @throws ProblemException 400
   */
  void mustSuit(MemberType type) {
    if (type == MemberType.PERSON && email == null && subject == null) {
      throw ProblemException.badRequest(
          "/email", "required", "a person has an email, a subject, or both");
    }
    if (type == MemberType.ROBOT && (email != null || subject != null)) {
      throw ProblemException.badRequest(
          email == null ? "/subject" : "/email", "invalid_value", "a robot has none");
    }
    if (role != Role.DEVELOPER && !(projects().isEmpty() && teams().isEmpty())) {
      throw ProblemException.badRequest(
          projects().isEmpty() ? "/team_ids" : "/project_ids",
          "invalid_value",
          "only a developer belongs to projects and teams");
    }
  }
}

package dev.tollgate.admin.member;

import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.problem.ProblemException;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member to be made.
 *
 * @param type absent: a person
 * @param name absent: a person's email or subject
 */
record NewMember(
    @Nullable MemberType type,
    @Nullable @Size(min = 1, max = 128) @Pattern(regexp = "[^\\p{Cntrl}]*") String name,
    @Nullable @Email @Size(max = MemberBody.MAX_EMAIL) String email,
    @Nullable @Pattern(regexp = MemberBody.SUBJECT) String subject,
    @NotNull Role role,
    @Nullable @Size(max = MemberBody.MAX_PLACES) List<@NotNull String> projectIds,
    @Nullable @Size(max = MemberBody.MAX_PLACES) List<@NotNull String> teamIds) {

  MemberType typeOrPerson() {
    return type == null ? MemberType.PERSON : type;
  }

  MemberBody body() {
    MemberBody body =
        new MemberBody(nameOrOther(), email, subject, role, projectIds, teamIds, false);
    body.mustSuit(typeOrPerson());
    return body;
  }

  private String nameOrOther() {
    if (name != null && !name.isBlank()) {
      return name;
    }
    if (email != null) {
      return email;
    }
    if (subject != null) {
      return subject;
    }
    throw ProblemException.badRequest(
        typeOrPerson() == MemberType.PERSON ? "/email" : "/name", "required", "must not be null");
  }
}

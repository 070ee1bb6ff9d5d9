package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionTest {

  @ParameterizedTest
  @CsvSource({
    "ORGANIZATION_CREATE,''",
    "ORGANIZATION_READ,OWNER ADMIN DEVELOPER VIEWER",
    "ORGANIZATION_WRITE,OWNER",
    "MEMBER_READ,OWNER ADMIN DEVELOPER VIEWER",
    "MEMBER_WRITE,OWNER",
    "PROJECT_READ,OWNER ADMIN DEVELOPER VIEWER",
    "PROJECT_WRITE,OWNER ADMIN",
    "TEAM_READ,OWNER ADMIN DEVELOPER VIEWER",
    "TEAM_WRITE,OWNER ADMIN",
    "CREDENTIAL_READ,OWNER ADMIN DEVELOPER VIEWER",
    "CREDENTIAL_WRITE,OWNER ADMIN",
    "SERVICE_READ,OWNER ADMIN DEVELOPER VIEWER",
    "SERVICE_WRITE,OWNER ADMIN",
    "PRICE_READ,OWNER ADMIN DEVELOPER VIEWER",
    "PRICE_WRITE,OWNER ADMIN",
    "KEY_READ,OWNER ADMIN DEVELOPER VIEWER",
    "KEY_WRITE,OWNER ADMIN DEVELOPER",
    "KEY_APPROVE,OWNER ADMIN",
    "USAGE_READ,OWNER ADMIN DEVELOPER VIEWER",
    "AUDIT_READ,OWNER ADMIN VIEWER",
    "ENCRYPTION_ROTATE,OWNER",
  })
  void isHeldByTheRolesOfTheMatrix(Permission permission, String roles) {
    Set<Role> expected =
        Arrays.stream(roles.split(" "))
            .filter(role -> !role.isEmpty())
            .map(Role::valueOf)
            .collect(Collectors.toSet());
    assertThat(Arrays.stream(Role.values()).filter(permission::isHeldBy))
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}

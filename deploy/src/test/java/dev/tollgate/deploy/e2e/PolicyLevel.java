package dev.tollgate.deploy.e2e;

import java.util.Map;

/** Where a document may stand that holds for a key's requests. */
enum PolicyLevel {
  KEY {
    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      return ground.key(ground.project(), document);
    }
  },
  OVERRIDES {
    @Override
    boolean takes(String field) {
      return field.startsWith(PERMISSIONS);
    }

    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      return ground.key(
          ground.project(), PolicyGround.moved(document, PERMISSIONS, PERMISSIONS + "overrides/"));
    }
  },
  TEMPLATE {
    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      String name = ground.newTemplate(document);
      return ground.key(
          ground.project(), Map.of("/permissions/inherit_from", "'%s'".formatted(name)));
    }
  },
  ENVIRONMENT {
    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      String name = ground.newEnvironment(document);
      return ground.key(ground.project(), Map.of("/environment", "'%s'".formatted(name)));
    }
  },
  TEAM {
    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      String team = ground.newTeam();
      ground.putPolicy("teams", team, document);
      return ground.key(
          ground.project(),
          PolicyGround.signing(
              document, Map.of("/type", "'team'", "/scope/team_id", "'%s'".formatted(team))));
    }
  },
  PROJECT {
    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      String project = ground.newProject();
      ground.putPolicy("projects", project, document);
      return ground.key(project, PolicyGround.signing(document, Map.of()));
    }
  },
  ORGANIZATION {
    @Override
    Tenant.Key key(PolicyGround ground, Map<String, String> document) {
      PolicyGround own = ground.another();
      own.putPolicy("organizations", own.organization(), document);
      return own.key(own.project(), PolicyGround.signing(document, Map.of()));
    }
  };

  private static final String PERMISSIONS = "/permissions/";

  /** Whether the field may stand there, if it may stand in any document but a key's. */
  boolean takes(String field) {
    return true;
  }

  /** A new key under this document, which says nothing else itself. */
  abstract Tenant.Key key(PolicyGround ground, Map<String, String> document);
}

package dev.tollgate.deploy.e2e;

import static java.util.Map.entry;

import dev.tollgate.deploy.e2e.PolicyCase.Brings;
import dev.tollgate.deploy.e2e.PolicyCase.Describes;
import dev.tollgate.deploy.e2e.PolicyCase.Does;
import java.util.Map;

/** Of what a key is and whose. */
final class IdentityCases {

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry("/name", new Describes("a label for people", "'A name'")),
          entry("/description", new Describes("a label for people", "'What it is for'")),
          entry("/metadata/*", new Describes("labels for analytics", "'backend'")),
          entry("/type", new Describes("says who manages the key", "'project'")),
          entry(
              "/members",
              new Describes(
                  "says who manages the key",
                  "[{'user_id':'USER','role':'developer','can_manage_key':true}]")),
          entry(
              "/scope/organization_id",
              new Describes(
                  "follows from the projects, or must agree with them", "'ORGANIZATION'")),
          entry("/scope/team_id", new Brings(PolicyLevel.TEAM)),
          entry(
              "/scope/projects",
              new Does("bounds the key to projects", PolicyEffects::holdsInItsProjects)),
          entry(
              "/environment",
              new Does(
                  "chooses services and credentials",
                  PolicyEffects::choosesServicesOfItsEnvironment)),
          entry("/expires_at", new Does("ends the key", PolicyEffects::expires)));

  private IdentityCases() {}
}

package dev.tollgate.crypto.envelope;

import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a sealed secret is tied to. A row copied to another credential, version, project or
 * organization does not open, and neither does one whose allowed hosts were changed: a new host
 * needs the secret again.
 *
 * <p>Hosts are canonical here: ASCII lower case, each once, sorted by code point, so that neither
 * order nor letter case matters. They are otherwise compared as text: {@code h} and {@code h:443}
 * differ. Unicode hosts must come as punycode. An empty set binds a secret that is sent nowhere,
 * such as the signing secret of a virtual key (whose id then stands as the credential's).
 *
 * <p>Bytes, in the terms of {@link AssociatedData}:
 *
 * <pre>
 * u8 1 | string "tollgate/secret" | string organizationId | optional projectId
 *      | string credentialId | number version | list hosts
 * </pre>
 *
 * @param organizationId the owner's organization
 * @param projectId the owner's project; null in the organization's vault
 * @param credentialId the credential, or another resource that owns a secret
 * @param version 1 or more
 * @param hosts where the secret may be sent, each a name or address with or without a port;
 *     wildcards are kept as they are
 */
public record SecretBinding(
    String organizationId,
    @Nullable String projectId,
    String credentialId,
    int version,
    Set<String> hosts) {

  private static final String NAME = "tollgate/secret";
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9*._:\\[\\]-]{1,261}");
  private static final int MAX_HOSTS = 256;

  /** Makes the hosts canonical; refuses what {@link DataKeyOwner} refuses. */
  public SecretBinding {
    DataKeyOwner.refuseEmptyIds(organizationId, projectId);
    if (credentialId.isEmpty() || version < 1) {
      throw new IllegalArgumentException("a secret is bound to a credential and a version from 1");
    }
    hosts = canonical(hosts);
  }

  /** The owner whose data key seals this secret. */
  public DataKeyOwner owner() {
    return new DataKeyOwner(organizationId, projectId);
  }

  /** The canonical bytes that stand beside the ciphertext as associated data. */
  public byte[] associatedData() {
    return AssociatedData.named(NAME)
        .string(organizationId)
        .optional(projectId)
        .string(credentialId)
        .number(version)
        .list(hosts)
        .toByteArray();
  }

  private static SortedSet<String> canonical(Set<String> hosts) {
    TreeSet<String> canonical = new TreeSet<>();
    hosts.forEach(host -> canonical.add(canonical(host)));
    if (canonical.size() > MAX_HOSTS) {
      throw new IllegalArgumentException("more than " + MAX_HOSTS + " hosts");
    }
    return Collections.unmodifiableSortedSet(canonical);
  }

  private static String canonical(String host) {
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("not an ASCII host or host:port");
    }
    return host.toLowerCase(Locale.ROOT);
  }
}

package dev.tollgate.crypto.envelope;

/**
 * What a kept body of a request or an answer is tied to: a row moved to another project, another
 * body's or another part's place does not open.
 *
 * <p>Bytes, in the terms of {@link AssociatedData}:
 *
 * <pre>
 * u8 1 | string "tollgate/body" | string organizationId | string projectId | string bodyId
 *      | string part
 * </pre>
 *
 * @param bodyId the id of the row
 * @param part {@code request} or {@code response}
 */
public record BodyBinding(String organizationId, String projectId, String bodyId, String part) {

  private static final String NAME = "tollgate/body";

  /** Refuses what {@link DataKeyOwner} refuses, and an empty id or part. */
  public BodyBinding {
    DataKeyOwner.refuseEmptyIds(organizationId, projectId);
    if (bodyId.isEmpty() || part.isEmpty()) {
      throw new IllegalArgumentException("a body is bound to its id and its part");
    }
  }

  /** The project whose data key seals this body. */
  public DataKeyOwner owner() {
    return new DataKeyOwner(organizationId, projectId);
  }

  /** The canonical bytes that stand beside the ciphertext as associated data. */
  public byte[] associatedData() {
    return AssociatedData.named(NAME)
        .string(organizationId)
        .string(projectId)
        .string(bodyId)
        .string(part)
        .toByteArray();
  }
}

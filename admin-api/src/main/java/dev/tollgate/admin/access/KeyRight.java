package dev.tollgate.admin.access;

/** What a virtual key may be granted of its own data: {@code permissions.data_access}. */
public enum KeyRight {
  EXPORT_DATA("export_data"),
  DELETE_DATA("delete_data");

  private final String field;

  KeyRight(String field) {
    this.field = field;
  }

  String field() {
    return field;
  }
}

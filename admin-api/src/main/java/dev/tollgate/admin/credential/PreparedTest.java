package dev.tollgate.admin.credential;

/** A test that is ready to be made. */
record PreparedTest(TestTarget target, int valueVersion, PresentedSecret secret) {

  String host() {
    return target.url().allowedHost();
  }
}

package dev.tollgate.unruled;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Forgot to say who may call it. */
@RestController
public class UnruledController {

  @GetMapping("/v1/unruled")
  public String open() {
    return "";
  }
}
